package appflowlocal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON as maps, lists, texts, truths and numbers: Integer, Long or BigInteger for whole
 * numbers, BigDecimal for others.
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
            return new Decimal(read);
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

    /** A decimal number that is as a text what it was in JSON. */
    private static final class Decimal extends BigDecimal {
        private static final long serialVersionUID = 1;
        private final String text;

        private Decimal(String text) {
            super(text);
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
