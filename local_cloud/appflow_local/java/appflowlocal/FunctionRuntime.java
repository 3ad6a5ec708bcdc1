package appflowlocal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a handler, as Lambda's managed Java runtime does: an event after the other, by the Lambda
 * runtime API. Uses the JDK alone.
 */
public final class FunctionRuntime {
    private static final String API =
            "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";
    /** Says that an invocation prints no more: {@code END_MARK} of the adapter's output_end. */
    private static final String END_MARK = "\u001eend-of-invocation ";
    private static final String OWN = FunctionRuntime.class.getPackageName() + ".";
    private static final PrintStream OUTPUT = System.err; // the handler may put another in its place
    private static int answers; // so far, with the one that is given

    public static void main(String[] arguments) throws IOException {
        Handler handler = null;
        try {
            handler = Handler.of(System.getenv("_HANDLER"));
        } catch (Throwable failure) { // an Error, too: a class that doesn't load is one
            report("init/error", failure);
            System.exit(1);
        }
        while (true) {
            serve(handler);
        }
    }

    private static void serve(Handler handler) throws IOException {
        HttpURLConnection next = open("invocation/next");
        if (next.getResponseCode() != 200) { // the function has been changed or deleted
            System.exit(0);
        }
        String id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
        byte[] event = readAll(next.getInputStream());
        byte[] answer;
        try {
            answer = handler.answer(event, new InvocationContext(next));
        } catch (Throwable failure) {
            report("invocation/" + id + "/error", failure);
            return;
        }
        endOutput();
        post("invocation/" + id + "/response", answer);
    }

    private static void endOutput() {
        System.out.flush();
        System.err.flush();
        answers += 1;
        OUTPUT.println(END_MARK + answers);
        OUTPUT.flush();
    }

    private static void report(String path, Throwable failure) throws IOException {
        cutOwnFrames(failure);
        failure.printStackTrace();
        endOutput();
        List<Object> trace = new ArrayList<>();
        for (StackTraceElement element : failure.getStackTrace()) {
            trace.add(element.toString());
        }
        Map<String, Object> error = new LinkedHashMap<>();
        String message = failure.getMessage();
        error.put("errorMessage", message == null ? failure.toString() : message);
        error.put("errorType", failure.getClass().getName());
        error.put("stackTrace", trace);
        post(path, JsonWriter.write(error).getBytes(StandardCharsets.UTF_8));
    }

    /** Leaves out how the handler was called, which says nothing of the failure. */
    private static void cutOwnFrames(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            StackTraceElement[] frames = each.getStackTrace();
            int end = 0;
            while (end < frames.length && !frames[end].getClassName().startsWith(OWN)) {
                end++;
            }
            while (end > 0 && end < frames.length && isReflection(frames[end - 1])) {
                end--;
            }
            if (end > 0) {
                each.setStackTrace(Arrays.copyOf(frames, end));
            }
        }
    }

    private static boolean isReflection(StackTraceElement frame) {
        return frame.getClassName().startsWith("java.lang.reflect.")
                || frame.getClassName().startsWith("jdk.internal.reflect.");
    }

    private static void post(String path, byte[] body) throws IOException {
        HttpURLConnection connection = open(path);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream output = connection.getOutputStream()) {
            output.write(body);
        }
        connection.getResponseCode();
    }

    private static HttpURLConnection open(String path) throws IOException {
        return (HttpURLConnection) new URL(API + path).openConnection(Proxy.NO_PROXY);
    }

    private static byte[] readAll(InputStream input) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] piece = new byte[65536];
        for (int size = input.read(piece); size >= 0; size = input.read(piece)) {
            read.write(piece, 0, size);
        }
        return read.toByteArray();
    }

    private FunctionRuntime() {}
}
