package appflowlocal;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The properties of a class of the function's own, by its getters, setters and public fields.
 *
 * <p>Source: aws-lambda-java-libs, JacksonFactory: beans' own names for properties (`setURL` is
 * `URL`), no field that has only a getter. It looks at no annotations: the runtime's
 * Jackson is another than the function's, whose annotations it doesn't know.
 */
final class Bean {
    private Bean() {}

    /** Says why Lambda's rules for a class aren't known here; null if they are. */
    static String whyNot(Class<?> type) {
        Package home = type.getPackage();
        String where = home == null ? "" : home.getName() + ".";
        if (where.matches("(javax?|jdk|sun)\\..*")) {
            return "a class of the JDK that appflow-local doesn't read or write as JSON";
        }
        if (where.startsWith("com.amazonaws.services.lambda.runtime.")) {
            return "one of Lambda's own classes, which it reads and writes by rules of their own";
        }
        Class<?> parent = type.getSuperclass();
        if (parent != null && parent.getName().equals("java.lang.Record")) {
            return "a record";
        }
        return null;
    }

    /** Makes an object by its constructor without arguments, public or not. */
    static Object make(Class<?> type) throws Throwable {
        boolean inner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
        if (inner || Modifier.isAbstract(type.getModifiers())) {
            throw new IllegalArgumentException(
                    type.getName() + " can't be made: it is abstract, or an inner class");
        }
        try {
            return opened(type.getDeclaredConstructor()).newInstance();
        } catch (NoSuchMethodException none) {
            throw new IllegalArgumentException(
                    type.getName() + " can't be made: it has no zero-argument constructor");
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    /** The properties that can be set, as methods with one argument and fields. */
    static Map<String, AccessibleObject> writable(Class<?> type) {
        Map<String, AccessibleObject> found = fields(type);
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            Map<String, AccessibleObject> own = new LinkedHashMap<>();
            for (Method method : each.getDeclaredMethods()) {
                boolean takesOne = method.getParameterCount() == 1 && !method.isBridge();
                String name = takesOne ? property(method, "set") : null;
                if (name != null && own.put(name, method) != null) {
                    throw new IllegalArgumentException(
                            each.getName() + " has more than one setter of " + name);
                }
            }
            own.forEach(
                    (name, setter) -> {
                        if (!(found.get(name) instanceof Method)) { // a subclass's own comes first
                            found.put(name, setter);
                        }
                    });
        }
        return found;
    }

    /** What a setter or field of an object takes. */
    static Kind taken(AccessibleObject property, Kind owner) {
        Type type =
                property instanceof Method
                        ? ((Method) property).getGenericParameterTypes()[0]
                        : ((Field) property).getGenericType();
        return Kind.of(type, owner.variables());
    }

    static void set(AccessibleObject property, Object target, Object value) throws Throwable {
        try {
            if (property instanceof Method) {
                ((Method) opened(property)).invoke(target, value);
            } else {
                ((Field) opened(property)).set(target, value);
            }
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    /** The values of an object's properties. */
    static Map<String, Object> values(Object bean) {
        Map<String, Object> read = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, AccessibleObject> each : fields(bean.getClass()).entrySet()) {
                read.put(each.getKey(), ((Field) opened(each.getValue())).get(bean));
            }
            for (Method method : bean.getClass().getMethods()) {
                String name = method.getParameterCount() == 0 ? gotten(method) : null;
                if (name != null) {
                    read.put(name, opened(method).invoke(bean));
                }
            }
        } catch (IllegalAccessException | InvocationTargetException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new IllegalStateException(
                    bean.getClass().getName() + " can't be read: " + cause, cause);
        }
        return read;
    }

    private static Map<String, AccessibleObject> fields(Class<?> type) {
        Map<String, AccessibleObject> found = new LinkedHashMap<>();
        for (Field each : type.getFields()) {
            if (!Modifier.isStatic(each.getModifiers())
                    && !Modifier.isTransient(each.getModifiers())) {
                found.put(each.getName(), each);
            }
        }
        return found;
    }

    private static String gotten(Method method) {
        Class<?> type = method.getReturnType();
        if (type == void.class || method.getDeclaringClass() == Object.class) {
            return null;
        }
        String name = property(method, "get");
        boolean truth = type == boolean.class || type == Boolean.class;
        return name == null && truth ? property(method, "is") : name;
    }

    private static String property(Method method, String prefix) {
        String name = method.getName();
        boolean fits = name.startsWith(prefix) && name.length() > prefix.length();
        if (!fits || Modifier.isStatic(method.getModifiers())) {
            return null;
        }
        String rest = name.substring(prefix.length());
        boolean shouts = rest.length() > 1 && Character.isUpperCase(rest.charAt(1));
        return shouts ? rest : Character.toLowerCase(rest.charAt(0)) + rest.substring(1);
    }

    private static <T extends AccessibleObject> T opened(T member) {
        member.setAccessible(true); // the class need not be public
        return member;
    }
}
