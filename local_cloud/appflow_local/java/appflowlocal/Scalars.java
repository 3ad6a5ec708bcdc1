package appflowlocal;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Texts, numbers, truths and enums of JSON's values, converted where Jackson converts them. */
final class Scalars {
    private static final Map<Class<?>, Function<BigInteger, Number>> WHOLE =
            Map.of(
                    int.class, BigInteger::intValueExact,
                    Integer.class, BigInteger::intValueExact,
                    long.class, BigInteger::longValueExact,
                    Long.class, BigInteger::longValueExact,
                    short.class, BigInteger::shortValueExact,
                    Short.class, BigInteger::shortValueExact,
                    byte.class, BigInteger::byteValueExact,
                    Byte.class, BigInteger::byteValueExact,
                    BigInteger.class, each -> each);
    private static final Map<Class<?>, Function<BigDecimal, Number>> DECIMAL =
            Map.of(
                    double.class, BigDecimal::doubleValue,
                    Double.class, BigDecimal::doubleValue,
                    float.class, BigDecimal::floatValue,
                    Float.class, BigDecimal::floatValue,
                    Number.class, BigDecimal::doubleValue,
                    BigDecimal.class, each -> each);

    // A text that is null, where a text isn't wanted.
    private static final Set<String> ABSENT = Set.of("", "null");

    private Scalars() {}

    static boolean has(Class<?> type) {
        return type == String.class
                || isCharacter(type)
                || type.isEnum()
                || isNumberOrTruth(type);
    }

    static boolean isNumberOrTruth(Class<?> type) {
        return isTruth(type) || WHOLE.containsKey(type) || DECIMAL.containsKey(type);
    }

    /** Makes a value of a type that `has` names. */
    static Object bind(Object json, Class<?> type, String path) {
        if (json instanceof Iterable || json instanceof Map) {
            throw Binder.mismatch(json, type, path);
        }
        if (type == String.class) {
            return json.toString();
        }
        if (json instanceof String && ABSENT.contains(((String) json).trim())) {
            return zero(type);
        }
        try {
            if (type.isEnum()) {
                return constant(json, type);
            }
            if (isTruth(type)) {
                return truth(json);
            }
            return isCharacter(type) ? character(json) : number(json, type);
        } catch (ArithmeticException | IllegalArgumentException unfit) {
            throw Binder.mismatch(json, type, path);
        }
    }

    /** What null is: a primitive's zero. */
    static Object zero(Class<?> type) {
        return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    private static boolean isTruth(Class<?> type) {
        return type == boolean.class || type == Boolean.class;
    }

    private static boolean isCharacter(Class<?> type) {
        return type == char.class || type == Character.class;
    }

    private static Number number(Object json, Class<?> type) {
        BigDecimal value = new BigDecimal(json.toString().trim());
        if (DECIMAL.containsKey(type)) {
            return DECIMAL.get(type).apply(value);
        }
        // A number loses what is after its point; a text that isn't whole is an error.
        boolean isText = json instanceof String;
        return WHOLE.get(type).apply(isText ? value.toBigIntegerExact() : value.toBigInteger());
    }

    private static boolean truth(Object json) {
        if (json instanceof Number) {
            return new BigInteger(json.toString()).signum() != 0;
        }
        String text = json.toString().trim();
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(text);
        }
        return text.equalsIgnoreCase("true");
    }

    private static char character(Object json) {
        if (json instanceof Integer && (Integer) json >= 0 && (Integer) json <= Character.MAX_VALUE) {
            return (char) (int) json;
        }
        if (json instanceof String && ((String) json).length() == 1) {
            return ((String) json).charAt(0);
        }
        throw new IllegalArgumentException();
    }

    /** The constant with a name, or at a place; null for others. */
    private static Object constant(Object json, Class<?> type) {
        Object[] constants = type.getEnumConstants();
        for (Object each : constants) {
            if (((Enum<?>) each).name().equals(json)) {
                return each;
            }
        }
        boolean isPlace = !(json instanceof String) || ((String) json).matches("[0-9]{1,9}");
        int place = isPlace ? Integer.parseInt(json.toString()) : -1;
        return place >= 0 && place < constants.length ? constants[place] : null;
    }
}
