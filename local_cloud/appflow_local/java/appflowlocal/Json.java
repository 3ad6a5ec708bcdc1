package appflowlocal;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON, as the maps, lists, texts and numbers that Lambda's own runtime gives:
 * Integer, Long or BigInteger for whole numbers, Double for others.
 */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(String text) {
        Json reader = new Json(text);
        Object value = reader.value();
        reader.skipSpace();
        if (reader.at != text.length()) {
            throw reader.unexpected();
        }
        return value;
    }

    static String write(Object value) {
        StringBuilder written = new StringBuilder();
        write(value, written);
        return written.toString();
    }

    private Object value() {
        skipSpace();
        char first = at < text.length() ? text.charAt(at) : 0;
        if (first == '{') {
            return object();
        }
        if (first == '[') {
            return list();
        }
        if (first == '"') {
            return string();
        }
        if (took("true")) {
            return true;
        }
        if (took("false")) {
            return false;
        }
        if (took("null")) {
            return null;
        }
        return number();
    }

    private Map<String, Object> object() {
        Map<String, Object> read = new LinkedHashMap<>();
        take('{');
        skipSpace();
        if (took("}")) {
            return read;
        }
        do {
            skipSpace();
            String key = string();
            skipSpace();
            take(':');
            read.put(key, value());
            skipSpace();
        } while (took(","));
        take('}');
        return read;
    }

    private List<Object> list() {
        List<Object> read = new ArrayList<>();
        take('[');
        skipSpace();
        if (took("]")) {
            return read;
        }
        do {
            read.add(value());
            skipSpace();
        } while (took(","));
        take(']');
        return read;
    }

    private String string() {
        StringBuilder read = new StringBuilder();
        take('"');
        while (at < text.length() && text.charAt(at) != '"') {
            char each = text.charAt(at++);
            read.append(each == '\\' ? escaped() : each);
        }
        take('"');
        return read.toString();
    }

    private char escaped() {
        char name = at < text.length() ? text.charAt(at++) : 0;
        if (name == 'u' && at + 4 <= text.length()) {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int known = "\"\\/bfnrt".indexOf(name);
        if (known < 0) {
            throw unexpected();
        }
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private Number number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String read = text.substring(start, at);
        try {
            if (read.matches("-?[0-9]+")) {
                return whole(new BigInteger(read));
            }
            return new BigDecimal(read).doubleValue();
        } catch (NumberFormatException none) {
            throw unexpected();
        }
    }

    private static Number whole(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return value.intValue();
        }
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean took(String expected) {
        boolean follows = text.startsWith(expected, at);
        at += follows ? expected.length() : 0;
        return follows;
    }

    private void take(char expected) {
        if (!took(String.valueOf(expected))) {
            throw unexpected();
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("This is no JSON, from character " + at + " on");
    }

    private static void write(Object value, StringBuilder out) {
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number) {
            writeNumber((Number) value, out);
        } else if (value instanceof Map) {
            writeMap((Map<?, ?>) value, out);
        } else if (value instanceof Iterable) {
            writeAll((Iterable<?>) value, out);
        } else if (value.getClass().isArray()) {
            List<Object> items = new ArrayList<>();
            for (int each = 0; each < Array.getLength(value); each++) {
                items.add(Array.get(value, each));
            }
            writeAll(items, out);
        } else if (value instanceof CharSequence
                || value instanceof Character
                || value instanceof Enum) {
            writeString(value.toString(), out);
        } else {
            throw new UnsupportedOperationException(
                    "appflow-local can't write a " + value.getClass().getName() + " as JSON, only"
                            + " maps, lists, texts, numbers and booleans: return one of these, or"
                            + " write to an OutputStream");
        }
    }

    private static void writeNumber(Number value, StringBuilder out) {
        boolean finite = Double.isFinite(value.doubleValue());
        boolean exact = value instanceof BigDecimal || value instanceof BigInteger;
        if (finite || exact) {
            out.append(value);
        } else {
            writeString(value.toString(), out); // as Jackson does
        }
    }

    private static void writeMap(Map<?, ?> value, StringBuilder out) {
        String separator = "{";
        for (Map.Entry<?, ?> each : value.entrySet()) {
            out.append(separator);
            writeString(String.valueOf(each.getKey()), out);
            out.append(':');
            write(each.getValue(), out);
            separator = ",";
        }
        out.append(value.isEmpty() ? "{}" : "}");
    }

    private static void writeAll(Iterable<?> value, StringBuilder out) {
        out.append('[');
        String separator = "";
        for (Object each : value) {
            out.append(separator);
            write(each, out);
            separator = ",";
        }
        out.append(']');
    }

    private static void writeString(String value, StringBuilder out) {
        out.append('"');
        for (char each : value.toCharArray()) {
            if (each == '"' || each == '\\') {
                out.append('\\').append(each);
            } else if (each < ' ' || Character.isSurrogate(each)) { // UTF-8 has no lone surrogates
                out.append(String.format("\\u%04x", (int) each));
            } else {
                out.append(each);
            }
        }
        out.append('"');
    }
}
