package appflowlocal;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Writes JSON's own values, and objects of other classes as Lambda's runtime does. */
final class JsonWriter {
    private JsonWriter() {}

    static String write(Object value) {
        StringBuilder written = new StringBuilder();
        write(value, written);
        return written.toString();
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
        } else if (value instanceof byte[]) {
            writeString(Base64.getEncoder().encodeToString((byte[]) value), out);
        } else if (value instanceof char[]) {
            writeString(new String((char[]) value), out);
        } else if (value.getClass().isArray()) {
            List<Object> items = new ArrayList<>();
            for (int each = 0; each < Array.getLength(value); each++) {
                items.add(Array.get(value, each));
            }
            writeAll(items, out);
        } else if (value instanceof Enum) {
            writeString(((Enum<?>) value).name(), out);
        } else if (value instanceof Optional) {
            write(((Optional<?>) value).orElse(null), out);
        } else if (value instanceof Date) {
            out.append(((Date) value).getTime());
        } else if (isText(value)) {
            writeString(value.toString(), out);
        } else {
            writeBean(value, out);
        }
    }

    private static boolean isText(Object value) {
        return value instanceof CharSequence
                || value instanceof Character
                || value instanceof UUID
                || value instanceof URI;
    }

    private static void writeBean(Object value, StringBuilder out) {
        String refused = Bean.whyNot(value.getClass());
        if (refused != null) {
            throw new UnsupportedOperationException(
                    "The answer has a " + value.getClass().getName() + ", which is " + refused);
        }
        writeMap(Bean.values(value), out);
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

    /** Writes an object, without what is null. */
    private static void writeMap(Map<?, ?> value, StringBuilder out) {
        String separator = "";
        out.append('{');
        for (Map.Entry<?, ?> each : value.entrySet()) {
            if (each.getValue() != null) {
                out.append(separator);
                writeString(String.valueOf(each.getKey()), out);
                out.append(':');
                write(each.getValue(), out);
                separator = ",";
            }
        }
        out.append('}');
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
