package io.citytally.sink;

import io.citytally.local.memory.InMemoryDynamoDb;

/** A sink's connection to tables in memory. */
public final class InMemoryConnection extends InMemoryDynamoDb.Connection
    implements UpdateItems, PutItems {

  public InMemoryConnection(InMemoryDynamoDb dynamoDb) {
    super(dynamoDb);
  }
}
