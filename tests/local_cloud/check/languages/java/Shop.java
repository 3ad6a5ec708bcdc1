package com.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A sound connector in Java: a source, on the JDK alone. */
public class Shop implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private static final int PAGE = 2;
    private static final List<Map<String, Object>> ORDERS = new ArrayList<>();
    private static final Map<String, Object> ENTITY =
            Map.of("entityIdentifier", "orders", "label", "Orders", "hasNestedEntities", false);
    private static final Map<String, String> TYPES =
            Map.of("id", "Long", "name", "String", "total", "Double", "placed", "Date");
    private static final String FILTER = "(\\w+) (=|!=) (?:'([^']*)'|\"([^\"]*)\"|(\\S+))";

    static {
        for (int each = 1; each <= 5; each++) {
            Map<String, Object> order = new LinkedHashMap<>();
            order.put("id", 9007199254740990L + each);
            order.put("name", "order " + each);
            order.put("total", each * 1.5);
            order.put("placed", LocalDate.of(2026, 1, each));
            ORDERS.add(order);
        }
    }

    private static final class Failure extends RuntimeException {
        final String code;

        Failure(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
        try {
            Map<String, Object> answer = new LinkedHashMap<>(answer(request));
            answer.put("isSuccess", true);
            return answer;
        } catch (Failure failure) {
            Map<String, Object> details =
                    Map.of("errorCode", failure.code, "errorMessage", failure.getMessage());
            return Map.of("isSuccess", false, "errorDetails", details);
        }
    }

    private static Map<String, Object> answer(Map<String, Object> request) {
        String type = (String) request.get("type");
        if (type.equals("DescribeConnectorConfigurationRequest")) {
            return configuration();
        }
        if (type.equals("ValidateConnectorRuntimeSettingsRequest")) {
            return Map.of();
        }
        logIn(request);
        if (type.equals("ValidateCredentialsRequest")) {
            return Map.of();
        }
        if (type.equals("ListEntitiesRequest")) {
            return Map.of("entities", List.of(ENTITY));
        }
        if (!"orders".equals(request.get("entityIdentifier"))) {
            throw new Failure("InvalidArgument", "no " + request.get("entityIdentifier"));
        }
        switch (type) {
            case "DescribeEntityRequest":
                return Map.of("entityDefinition", Map.of("entity", ENTITY, "fields", fields()));
            case "QueryDataRequest":
                return query(request);
            case "RetrieveDataRequest":
                return retrieve(request);
            default:
                throw new Failure("InvalidArgument", type + " is not supported");
        }
    }

    private static Map<String, Object> configuration() {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("connectorOwner", "Example");
        answer.put("connectorName", "JavaShop");
        answer.put("connectorVersion", "1.0");
        answer.put("connectorModes", List.of("SOURCE"));
        answer.put("supportedApiVersions", List.of("v1"));
        answer.put("supportedTriggerTypes", List.of("ONDEMAND"));
        answer.put("triggerFrequenciesSupported", List.of("ONCE"));
        answer.put("operatorsSupported", List.of("PROJECTION", "NO_OP", "EQUAL_TO"));
        answer.put("connectorRuntimeSetting", List.of());
        answer.put("authenticationConfig", Map.of("isApiKeyAuthSupported", true));
        return answer;
    }

    @SuppressWarnings("unchecked")
    private static void logIn(Map<String, Object> request) {
        Map<String, Object> holder = request;
        if (!request.containsKey("credentials")) {
            holder = (Map<String, Object>) request.get("connectorContext");
        }
        Map<String, Object> credentials = (Map<String, Object>) holder.get("credentials");
        String secret;
        try {
            secret = SecretsClient.read((String) credentials.get("secretArn"));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        if (!secret.contains("\\\"open-sesame\\\"")) {
            throw new Failure("InvalidCredentials", "the shop does not know this key");
        }
    }

    private static List<Map<String, Object>> fields() {
        List<Map<String, Object>> fields = new ArrayList<>();
        TYPES.forEach(
                (name, type) ->
                        fields.add(
                                Map.of("fieldName", name, "dataType", type,
                                        "isPrimaryKey", name.equals("id"))));
        return fields;
    }

    private static Predicate<Map<String, Object>> matching(String filter) {
        if (filter == null || filter.isEmpty()) {
            return order -> true;
        }
        for (String word : List.of(" or ", " and ")) {
            int at = outside(filter, word);
            if (at > 0) {
                Predicate<Map<String, Object>> first = matching(filter.substring(0, at));
                Predicate<Map<String, Object>> rest =
                        matching(filter.substring(at + word.length()));
                return word.equals(" and ") ? first.and(rest) : first.or(rest);
            }
        }
        if (filter.startsWith("(") && filter.endsWith(")")) {
            return matching(filter.substring(1, filter.length() - 1));
        }
        Matcher found = Pattern.compile(FILTER).matcher(filter);
        if (!found.matches() || !TYPES.containsKey(found.group(1))) {
            throw new Failure("InvalidArgument", "the filter " + filter + " is not supported");
        }
        String wanted = found.group(3) != null ? found.group(3) : found.group(4);
        String value = wanted != null ? wanted : found.group(5);
        return order -> same(order.get(found.group(1)), value) == found.group(2).equals("=");
    }

    /** Where a word stands outside quotes and parentheses; -1 if it does not. */
    private static int outside(String filter, String word) {
        int depth = 0;
        char quote = 0;
        for (int at = 0; at < filter.length(); at++) {
            char each = filter.charAt(at);
            if (quote != 0 || each == '\'' || each == '"') {
                quote = quote == 0 ? each : quote == each ? 0 : quote;
            } else if (each == '(' || each == ')') {
                depth += each == '(' ? 1 : -1;
            } else if (depth == 0 && filter.regionMatches(true, at, word, 0, word.length())) {
                return at;
            }
        }
        return -1;
    }

    private static boolean same(Object found, String wanted) {
        if (found instanceof Number) {
            return ((Number) found).doubleValue() == Double.parseDouble(wanted)
                    && (found instanceof Double || found.toString().equals(wanted));
        }
        return found.toString().equals(wanted);
    }

    private static Map<String, Object> query(Map<String, Object> request) {
        List<Map<String, Object>> found =
                ORDERS.stream()
                        .filter(matching((String) request.get("filterExpression")))
                        .collect(Collectors.toList());
        Object token = request.get("nextToken");
        int first = token == null ? 0 : Integer.parseInt((String) token);
        int size = Math.min(PAGE, ((Number) request.get("maxResults")).intValue());
        int after = Math.min(first + size, found.size());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("records", texts(found.subList(first, after), request));
        answer.put("nextToken", after < found.size() ? String.valueOf(after) : null);
        return answer;
    }

    private static Map<String, Object> retrieve(Map<String, Object> request) {
        List<?> ids = (List<?>) request.get("ids");
        return Map.of(
                "records",
                texts(
                        ORDERS.stream()
                                .filter(order -> ids.contains(String.valueOf(order.get("id"))))
                                .collect(Collectors.toList()),
                        request));
    }

    private static List<String> texts(
            List<Map<String, Object>> orders, Map<String, Object> request) {
        List<?> names = (List<?>) request.get("selectedFieldNames");
        return orders.stream()
                .map(
                        order ->
                                names.stream()
                                        .map(name -> "\"" + name + "\": " + json(order.get(name)))
                                        .collect(Collectors.joining(", ", "{", "}")))
                .collect(Collectors.toList());
    }

    private static String json(Object value) {
        return value instanceof Number ? value.toString() : "\"" + value + "\"";
    }
}
