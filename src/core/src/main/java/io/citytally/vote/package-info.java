/**
 * The domain: a vote's change, what it is counted under, the count, the recent votes. It knows
 * neither AWS nor Flink; its classes keep to the rules of Flink's POJO serializer.
 */
package io.citytally.vote;
