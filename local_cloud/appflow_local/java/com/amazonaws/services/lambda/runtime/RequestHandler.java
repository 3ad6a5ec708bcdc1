package com.amazonaws.services.lambda.runtime;

/** A handler that takes its event, and returns its answer, as objects. */
public interface RequestHandler<I, O> {
    O handleRequest(I input, Context context);
}
