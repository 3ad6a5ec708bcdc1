package appflowlocal;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes what a handler takes from the JSON of its event.
 *
 * <p>Source: aws-lambda-java-libs, JacksonFactory, whose settings these are: unknown properties are
 * ignored, unknown names of an enum are null, one value counts as a list of it and the other way
 * round, an empty text or list is no object, null is a primitive's zero.
 */
final class Binder {
    private Binder() {}

    /** Says why an event can't be of a type; null if it may. */
    static String whyNot(Class<?> type) {
        boolean known =
                type == Object.class
                        || type == Void.class
                        || type == Optional.class
                        || type.isArray()
                        || Scalars.has(type)
                        || Map.class.isAssignableFrom(type)
                        || Iterable.class.isAssignableFrom(type);
        return known ? null : Bean.whyNot(type);
    }

    /** Makes a value; `path` says where in the event it is, for errors. */
    static Object bind(Object json, Kind kind, String path) throws Throwable {
        Class<?> type = kind.type;
        if (type == Void.class) {
            return null;
        }
        if (type == Object.class || type == Number.class && json instanceof Number) {
            return plain(json);
        }
        if (type == Optional.class) {
            return Optional.ofNullable(bind(json, kind.argument(Optional.class, 0), path));
        }
        if (json == null) {
            return Scalars.zero(type);
        }
        if (type == byte[].class && json instanceof String) {
            return bytes((String) json, path);
        }
        if (type == char[].class && json instanceof String) {
            return ((String) json).toCharArray();
        }
        if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
            return json.equals("") ? null : many(json, kind, path);
        }
        if (json instanceof List) {
            return one((List<?>) json, kind, path);
        }
        if (Scalars.has(type)) {
            return Scalars.bind(json, type, path);
        }
        if (json.equals("")) {
            return null;
        }
        if (!(json instanceof Map)) {
            throw mismatch(json, type, path);
        }
        return Map.class.isAssignableFrom(type)
                ? map((Map<?, ?>) json, kind, path)
                : bean((Map<?, ?>) json, kind, path);
    }

    static IllegalArgumentException mismatch(Object json, Class<?> type, String path) {
        String one = json instanceof Map ? "an object" : JsonWriter.write(json);
        String given = json instanceof List ? "a list" : one;
        return new IllegalArgumentException(
                path + " is " + given + ", which can't be read as " + type.getTypeName());
    }

    /** What Lambda gives where the type is open: maps, lists, and Double for a decimal number. */
    private static Object plain(Object json) {
        if (json instanceof BigDecimal) {
            return ((BigDecimal) json).doubleValue();
        }
        if (json instanceof Map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) json).forEach((key, value) -> copy.put(key, plain(value)));
            return copy;
        }
        if (json instanceof List) {
            List<Object> copy = new ArrayList<>();
            ((List<?>) json).forEach(each -> copy.add(plain(each)));
            return copy;
        }
        return json;
    }

    private static byte[] bytes(String text, String path) {
        if (text.length() % 4 != 0) { // as Jackson, and unlike the decoder
            throw mismatch(text, byte[].class, path);
        }
        return Base64.getDecoder().decode(text);
    }

    /** What is in a list of one; none of these holds a list itself. */
    private static Object one(List<?> json, Kind kind, String path) throws Throwable {
        if (json.isEmpty() && !kind.type.isPrimitive()) {
            return null;
        }
        Object item = json.size() == 1 ? json.get(0) : json;
        if (item instanceof List || item == null && !Scalars.isNumberOrTruth(kind.type)) {
            throw mismatch(json, kind.type, path);
        }
        return bind(item, kind, path + "[0]");
    }

    private static Object many(Object json, Kind kind, String path) throws Throwable {
        boolean isArray = kind.type.isArray();
        Kind item = isArray ? kind.item() : kind.argument(Iterable.class, 0);
        if (json instanceof String && item.type.isPrimitive()) {
            throw mismatch(json, kind.type, path);
        }
        List<?> given = json instanceof List ? (List<?>) json : Collections.singletonList(json);
        List<Object> made = new ArrayList<>();
        for (int each = 0; each < given.size(); each++) {
            made.add(bind(given.get(each), item, path + "[" + each + "]"));
        }
        if (isArray) {
            Object array = Array.newInstance(item.type, made.size());
            for (int each = 0; each < made.size(); each++) {
                Array.set(array, each, made.get(each));
            }
            return array;
        }
        @SuppressWarnings("unchecked")
        Collection<Object> all =
                (Collection<Object>)
                        implementation(
                                kind.type,
                                new ArrayList<>(),
                                new LinkedHashSet<>(),
                                new TreeSet<>(),
                                new ArrayDeque<>());
        all.addAll(made);
        return all;
    }

    private static Object map(Map<?, ?> json, Kind kind, String path) throws Throwable {
        Kind key = kind.argument(Map.class, 0);
        Kind value = kind.argument(Map.class, 1);
        @SuppressWarnings("unchecked")
        Map<Object, Object> made =
                (Map<Object, Object>)
                        implementation(kind.type, new LinkedHashMap<>(), new TreeMap<>());
        for (Map.Entry<?, ?> each : json.entrySet()) {
            String place = path + "." + each.getKey();
            made.put(bind(each.getKey(), key, place), bind(each.getValue(), value, place));
        }
        return made;
    }

    private static Object bean(Map<?, ?> json, Kind kind, String path) throws Throwable {
        String refused = Bean.whyNot(kind.type);
        if (refused != null) {
            throw new UnsupportedOperationException(
                    path + " is to be a " + kind.type.getName() + ", which is " + refused);
        }
        Object made = Bean.make(kind.type);
        for (Map.Entry<String, AccessibleObject> each : Bean.writable(kind.type).entrySet()) {
            String name = each.getKey();
            if (json.containsKey(name)) {
                Kind taken = Bean.taken(each.getValue(), kind);
                Bean.set(each.getValue(), made, bind(json.get(name), taken, path + "." + name));
            }
        }
        return made;
    }

    /** An instance of a type: the first candidate that fits an interface, or the class itself. */
    private static Object implementation(Class<?> type, Object... candidates) throws Throwable {
        for (Object each : candidates) {
            if (type.isInstance(each)) {
                return each;
            }
        }
        return Bean.make(type);
    }
}
