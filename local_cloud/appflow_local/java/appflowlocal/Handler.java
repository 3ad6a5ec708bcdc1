package appflowlocal;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A function's handler: the method of a class, which gets streams or an event as an object.
 *
 * <p>It needs none of Lambda's interfaces, as on AWS.
 */
final class Handler {
    private static final String DEFAULT_METHOD = "handleRequest";
    private static final List<Class<?>> STREAMS_AND_CONTEXT =
            Arrays.asList(InputStream.class, OutputStream.class, Context.class);

    private final Object instance;
    private final Method method;
    private final Kind owner;

    private Handler(Object instance, Method method, Class<?> owner) {
        this.instance = instance;
        this.method = method;
        this.owner = Kind.of(owner);
    }

    /** Loads the class that `package.Class` or `package.Class::method` names. */
    static Handler of(String name) throws Throwable {
        String[] parts = name.split("::", 2);
        Class<?> type = load(parts[0]);
        Method method = find(type, parts.length > 1 ? parts[1] : DEFAULT_METHOD);
        method.setAccessible(true); // the class need not be public
        if (Modifier.isStatic(method.getModifiers())) {
            return new Handler(null, method, type);
        }
        try {
            return new Handler(type.getConstructor().newInstance(), method, type);
        } catch (NoSuchMethodException | IllegalAccessException | InstantiationException missing) {
            throw new NoSuchMethodException(
                    "Class " + type.getName() + " has no public zero-argument constructor");
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    /** Calls the handler with an event, and returns its answer, both as JSON. */
    byte[] answer(byte[] event, Context context) throws Throwable {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Object[] arguments = new Object[method.getParameterCount()];
        for (int each = 0; each < arguments.length; each++) {
            arguments[each] = argument(each, event, output, context);
        }
        Object answer;
        try {
            answer = method.invoke(instance, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
        if (Arrays.asList(method.getParameterTypes()).contains(OutputStream.class)) {
            return checked(output.toByteArray());
        }
        return written(answer).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a stream's answer, which AppFlow and Lambda's own callers read as JSON. */
    private static byte[] checked(byte[] answer) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer));
            return answer;
        } catch (CharacterCodingException unreadable) {
            throw new IllegalArgumentException(
                    "The answer is not in UTF-8, as JSON is: write text.getBytes("
                            + "StandardCharsets.UTF_8)");
        }
    }

    private static String written(Object answer) {
        try {
            return JsonWriter.write(answer);
        } catch (StackOverflowError endless) { // Lambda's type, and the beginning of its message
            throw new RuntimeException(
                    "An error occurred during JSON serialization of response: the answer holds"
                            + " itself, or objects within objects too deep");
        }
    }

    private Object argument(int index, byte[] event, OutputStream output, Context context)
            throws Throwable {
        Class<?> type = method.getParameterTypes()[index];
        if (type == InputStream.class) {
            return new ByteArrayInputStream(event);
        }
        if (type == OutputStream.class) {
            return output;
        }
        if (type == Context.class) {
            return context;
        }
        Kind kind = Kind.of(method.getGenericParameterTypes()[index], owner.variables());
        try {
            return Binder.bind(Json.read(new String(event, StandardCharsets.UTF_8)), kind, "event");
        } catch (UnsupportedOperationException unknown) {
            throw unknown;
        } catch (Exception unfit) { // a setter's own, too
            throw new RuntimeException( // Lambda's type, and the beginning of its message
                    "An error occurred during JSON parsing: " + unfit.getMessage(), unfit);
        }
    }

    private static Class<?> load(String name) throws Throwable {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException missing) {
            throw new ClassNotFoundException("Class not found: " + name);
        } catch (UnsupportedClassVersionError newer) {
            throw new UnsupportedClassVersionError(
                    newer.getMessage()
                            + ". The JVM of this machine is Java "
                            + System.getProperty("java.specification.version")
                            + ": compile for that, or set JAVA_HOME to a newer one");
        } catch (ExceptionInInitializerError failure) {
            throw failure.getCause();
        } catch (NoClassDefFoundError missing) {
            throw new NoClassDefFoundError(name + " can't be loaded: " + missing.getMessage());
        }
    }

    private static Method find(Class<?> type, String name) throws NoSuchMethodException {
        Method found = null;
        for (Method each : methods(type)) {
            boolean fits = each.getName().equals(name) && !each.isBridge() && takesOneEvent(each);
            // The one with most parameters, as Lambda chooses.
            if (fits && (found == null || each.getParameterCount() > found.getParameterCount())) {
                found = each;
            }
        }
        if (found == null) {
            throw new NoSuchMethodException(
                    "Class " + type.getName() + " has no public method " + name + " for an event"
                            + (hasDefault(type, name) ? ", but " + DEFAULT_METHOD : ""));
        }
        for (Class<?> each : found.getParameterTypes()) {
            String refused = STREAMS_AND_CONTEXT.contains(each) ? null : Binder.whyNot(each);
            if (refused != null) {
                throw new UnsupportedOperationException(
                        found + " takes a " + each.getName() + ", which is " + refused
                                + ". Take an InputStream, a Map, or a class of your own with"
                                + " setters. This is the emulator's limit, not Lambda's");
            }
        }
        return found;
    }

    private static boolean hasDefault(Class<?> type, String name) {
        return !name.equals(DEFAULT_METHOD)
                && methods(type).stream().anyMatch(each -> each.getName().equals(DEFAULT_METHOD));
    }

    /** All public methods: a class's own first, and those that a bridge of a subclass hides. */
    private static List<Method> methods(Class<?> type) {
        List<Method> all = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())) {
                    all.add(method);
                }
            }
        }
        all.addAll(Arrays.asList(type.getMethods())); // those of interfaces
        return all;
    }

    private static boolean takesOneEvent(Method method) {
        List<Class<?>> types = Arrays.asList(method.getParameterTypes());
        long events = types.stream().filter(each -> !STREAMS_AND_CONTEXT.contains(each)).count();
        boolean reads = types.contains(InputStream.class) && events == 0;
        return types.size() <= 3 && (reads || types.size() <= 2 && events <= 1);
    }
}
