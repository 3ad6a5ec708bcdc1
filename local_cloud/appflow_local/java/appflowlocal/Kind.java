package appflowlocal;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A class with what its type parameters stand for: `List` of `Order`. */
final class Kind {
    final Class<?> type;
    private final List<Kind> arguments;

    private Kind(Class<?> type, List<Kind> arguments) {
        this.type = type;
        this.arguments = arguments;
    }

    static Kind of(Class<?> type) {
        return new Kind(type, Collections.emptyList());
    }

    /** Reads a type in which variables occur; an unknown one stands for its bound. */
    static Kind of(Type given, Map<TypeVariable<?>, Kind> variables) {
        if (given instanceof Class) {
            return of((Class<?>) given);
        }
        if (given instanceof ParameterizedType) {
            List<Kind> arguments = new ArrayList<>();
            for (Type each : ((ParameterizedType) given).getActualTypeArguments()) {
                arguments.add(of(each, variables));
            }
            return new Kind((Class<?>) ((ParameterizedType) given).getRawType(), arguments);
        }
        if (given instanceof GenericArrayType) {
            Kind item = of(((GenericArrayType) given).getGenericComponentType(), variables);
            Class<?> array = Array.newInstance(item.type, 0).getClass();
            return new Kind(array, Collections.singletonList(item));
        }
        if (given instanceof WildcardType) {
            return of(((WildcardType) given).getUpperBounds()[0], variables);
        }
        Kind known = variables.get((TypeVariable<?>) given);
        return known != null ? known : of(erased(given));
    }

    /** What an array's items are. */
    Kind item() {
        return arguments.isEmpty() ? of(type.getComponentType()) : arguments.get(0);
    }

    /** What a type parameter stands for of a class or interface that this one extends. */
    Kind argument(Class<?> general, int index) {
        Kind known = variables().get(general.getTypeParameters()[index]);
        return known != null ? known : of(Object.class);
    }

    /** What the variables of this class, and of all that it extends, stand for. */
    Map<TypeVariable<?>, Kind> variables() {
        Map<TypeVariable<?>, Kind> known = new HashMap<>();
        TypeVariable<?>[] own = type.getTypeParameters();
        for (int each = 0; each < arguments.size() && each < own.length; each++) {
            known.put(own[each], arguments.get(each));
        }
        List<Type> extended = new ArrayList<>(List.of(type.getGenericInterfaces()));
        if (type.getGenericSuperclass() != null) {
            extended.add(type.getGenericSuperclass());
        }
        for (Type each : extended) {
            known.putAll(of(each, known).variables());
        }
        return known;
    }

    private static Class<?> erased(Type given) {
        if (given instanceof TypeVariable) {
            return erased(((TypeVariable<?>) given).getBounds()[0]);
        }
        return given instanceof ParameterizedType
                ? (Class<?>) ((ParameterizedType) given).getRawType()
                : (Class<?>) given;
    }
}
