import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A connector without an SDK, in Java: its one entity is open to all, without credentials. */
public class Shop implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  private static final Map<String, Object> ENTITY =
      Map.of("entityIdentifier", "orders", "hasNestedEntities", false, "label", "Orders");
  private static final List<Object> FIELDS =
      List.of(
          Map.of("fieldName", "id", "dataType", "Integer", "isPrimaryKey", true));
  private static final Map<String, Object> CONFIGURATION =
      Map.of(
          "connectorOwner", "Example",
          "connectorName", "Shop",
          "connectorVersion", "1.0",
          "connectorModes", List.of("SOURCE"),
          "supportedApiVersions", List.of("v1"),
          "supportedTriggerTypes", List.of("ONDEMAND"),
          "operatorsSupported", List.of("PROJECTION", "NO_OP"),
          "connectorRuntimeSetting", List.of(),
          "authenticationConfig", Map.of("isBasicAuthSupported", true));

  @Override
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    switch ((String) event.get("type")) {
      case "DescribeConnectorConfigurationRequest":
        return success(CONFIGURATION);
      case "ValidateConnectorRuntimeSettingsRequest":
      case "ValidateCredentialsRequest":
        return success(Map.of());
      case "ListEntitiesRequest":
        return success(Map.of("entities", List.of(ENTITY)));
      default:
        return ofEntity(event);
    }
  }

  private static Map<String, Object> ofEntity(Map<String, Object> event) {
    if (!"orders".equals(event.get("entityIdentifier"))) {
      return failure("InvalidArgument", "there is no " + event.get("entityIdentifier"));
    }
    switch ((String) event.get("type")) {
      case "DescribeEntityRequest":
        return success(Map.of("entityDefinition", Map.of("entity", ENTITY, "fields", FIELDS)));
      case "QueryDataRequest":
        return success(Map.of("records", List.of("{\"id\": 1}", "{\"id\": 2}")));
      default:
        return failure("InvalidArgument", event.get("type") + " is not supported");
    }
  }

  private static Map<String, Object> success(Map<String, Object> members) {
    Map<String, Object> answer = new HashMap<>(members);
    answer.put("isSuccess", true);
    return answer;
  }

  private static Map<String, Object> failure(String code, String message) {
    Map<String, Object> details = Map.of("errorCode", code, "errorMessage", message);
    return Map.of("isSuccess", false, "errorDetails", details);
  }
}
