package com.amazonaws.services.lambda.runtime;

import java.util.Map;

/** What a mobile app tells the function that it calls. */
public interface ClientContext {
    Client getClient();

    Map<String, String> getCustom();

    Map<String, String> getEnvironment();
}
