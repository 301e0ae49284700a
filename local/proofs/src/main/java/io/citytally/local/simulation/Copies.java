package io.citytally.local.simulation;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.util.OutputTag;
import org.objenesis.ObjenesisStd;
import org.objenesis.instantiator.ObjectInstantiator;

/**
 * Makes an operator's factory for each subtask. Flink writes the factory out and reads it; this
 * copies what Java's serialization would, field by field, which takes a fiftieth of the time. What
 * never changes is shared.
 */
final class Copies implements Supplier<StreamOperatorFactory<?>> {

  private final StreamOperatorFactory<?> factory;
  private final Map<Class<?>, Shape> shapes = new HashMap<>();

  /** Copies are made, and used, by one thread. */
  Copies(StreamOperatorFactory<?> factory) {
    this.factory = factory;
  }

  @Override
  public StreamOperatorFactory<?> get() {
    // Any other makes an operator of its own for each subtask.
    return factory instanceof SimpleOperatorFactory
        ? (StreamOperatorFactory<?>) copy(factory, new IdentityHashMap<>())
        : factory;
  }

  private Object copy(Object original, Map<Object, Object> copies) {
    if (original == null || neverChanges(original)) {
      return original;
    }
    Object known = copies.get(original);
    if (known != null) {
      return known;
    }
    if (original.getClass().isArray()) {
      return copyArray(original, copies);
    }
    return shapes.computeIfAbsent(original.getClass(), Shape::new).copy(original, copies);
  }

  private Object copyArray(Object original, Map<Object, Object> copies) {
    int length = Array.getLength(original);
    Object copy = Array.newInstance(original.getClass().getComponentType(), length);
    copies.put(original, copy);
    for (int i = 0; i < length; i++) {
      Array.set(copy, i, copy(Array.get(original, i), copies));
    }
    return copy;
  }

  private static boolean neverChanges(Object object) {
    return object instanceof String
        || object instanceof Number
        || object instanceof Boolean
        || object instanceof Enum
        || object instanceof Class
        || object instanceof Duration
        || object instanceof TypeSerializer
        || object instanceof TypeInformation
        || object instanceof StateDescriptor
        || object instanceof KeySelector
        || object instanceof OutputTag
        || object instanceof Trigger
        || object instanceof WindowAssigner
        || object.getClass().isHidden();
  }

  /** The fields of a class that serialization would keep. */
  private final class Shape {

    private final ObjectInstantiator<?> instantiator;
    private final List<Field> fields = new ArrayList<>();

    Shape(Class<?> type) {
      instantiator = new ObjenesisStd(false).getInstantiatorOf(type);
      for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
        if (each.getName().startsWith("java.")) {
          throw new IllegalStateException("an operator holds a " + each + ", which is not copied");
        }
        for (Field field : each.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && !Modifier.isTransient(field.getModifiers())) {
            field.setAccessible(true);
            fields.add(field);
          }
        }
      }
    }

    Object copy(Object original, Map<Object, Object> copies) {
      Object copy = instantiator.newInstance();
      copies.put(original, copy);
      try {
        for (Field field : fields) {
          field.set(copy, Copies.this.copy(field.get(original), copies));
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      return copy;
    }
  }
}
