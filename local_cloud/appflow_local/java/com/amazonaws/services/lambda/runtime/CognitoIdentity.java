package com.amazonaws.services.lambda.runtime;

/** Who calls a function from a mobile app. */
public interface CognitoIdentity {
    String getIdentityId();

    String getIdentityPoolId();
}
