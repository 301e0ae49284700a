package io.citytally.dynamodb;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/** There is no table of the configured name for the ballot. A restart does not create it. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public class MissingBallotException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingBallotException(String tableName) {
    super(
        String.format(
            "There is no table '%s', from which to read the ballot (property group"
                + " citytally.dynamodb, key ballot.table). Create it, or take the property out: then"
                + " the number of choices is bounded by citytally.count max.choices alone.",
            tableName));
  }
}
