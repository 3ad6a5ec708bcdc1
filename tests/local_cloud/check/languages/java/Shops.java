package com.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Many shops in one JVM: a file, which its tests write, has the package of the one to ask. */
public class Shops implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private static final Path CHOICE = Path.of("CHOICE");

    private final Map<String, RequestHandler<Map<String, Object>, Map<String, Object>>> shops =
            new HashMap<>();

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
        try {
            return shops.computeIfAbsent(Files.readString(CHOICE), Shops::made)
                    .handleRequest(request, context);
        } catch (java.io.IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @SuppressWarnings("unchecked")
    private static RequestHandler<Map<String, Object>, Map<String, Object>> made(String place) {
        try {
            return (RequestHandler<Map<String, Object>, Map<String, Object>>)
                    Class.forName("com.example." + place + ".Shop")
                            .getDeclaredConstructor()
                            .newInstance();
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
