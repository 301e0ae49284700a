package io.citytally.vote;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class that Flink's serializer instantiates by the constructor without parameters. It then
 * sets each field, so NullAway doesn't require that constructor to do so.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
public @interface FlinkPojo {}
