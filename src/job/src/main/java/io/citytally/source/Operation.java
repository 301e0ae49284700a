package io.citytally.source;

/** What happened to an item, in the order in which it can happen to one. */
enum Operation {
  INSERT,
  MODIFY,
  REMOVE;

  static Operation of(String eventName) throws UncountableException {
    for (Operation operation : values()) {
      if (operation.name().equals(eventName)) {
        return operation;
      }
    }
    throw new UncountableException("eventName is none of INSERT, MODIFY, REMOVE");
  }

  boolean hasOldImage() {
    return this != INSERT;
  }

  boolean hasNewImage() {
    return this != REMOVE;
  }
}
