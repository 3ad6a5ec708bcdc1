package com.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connector on streams, as AWS's connector SDK for Java is. It reads the credentials of its
 * profiles as the AWS SDK for Java v1 does, which knows no AWS_ENDPOINT_URL.
 */
public class ShopConnector implements RequestStreamHandler {
    private static final String ENTITY =
            "{\"entityIdentifier\": \"orders\", \"label\": \"Orders\","
                    + " \"hasNestedEntities\": false}";

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        String request = new String(input.readAllBytes(), StandardCharsets.UTF_8);
        String type = text(request, "type");
        context.getLogger().log("asked for " + type + ", " + context.getFunctionName());
        output.write(answer(type, request).getBytes(StandardCharsets.UTF_8));
    }

    private static String answer(String type, String request) throws IOException {
        switch (type) {
            case "DescribeConnectorConfigurationRequest":
                return resource("/configuration.json");
            case "ValidateCredentialsRequest":
                return validated(text(request, "secretArn"));
            case "ListEntitiesRequest":
                return "{\"isSuccess\": true, \"entities\": [" + ENTITY + "]}";
            case "DescribeEntityRequest":
                return "{\"isSuccess\": true, \"entityDefinition\": {\"entity\": " + ENTITY
                        + ", \"fields\": [{\"fieldName\": \"id\", \"dataType\": \"Integer\"}]}}";
            case "QueryDataRequest":
                return "{\"isSuccess\": true, \"records\": [\"{\\\"id\\\": 1}\"]}";
            default:
                return "{\"isSuccess\": true}";
        }
    }

    private static String validated(String secretArn) throws IOException {
        String secret = SecretsClient.read(secretArn);
        if (secret.contains("open-sesame")) {
            return "{\"isSuccess\": true}";
        }
        return "{\"isSuccess\": false, \"errorDetails\": {\"errorCode\": \"InvalidCredentials\","
                + " \"errorMessage\": \"Wrong key\"}}";
    }

    private static String text(String json, String key) {
        Matcher found = Pattern.compile("\"" + key + "\": ?\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : null;
    }

    private static String resource(String name) throws IOException {
        try (InputStream input = ShopConnector.class.getResourceAsStream(name)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
