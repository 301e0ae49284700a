package io.citytally.local.model;

import java.util.ArrayList;
import java.util.List;

/**
 * No counter at all: each vote is an item of a collection, or an element of a set, under its own
 * name, and a reader counts them all. To put or to delete one twice is to do it once, so the writer
 * knows no change again, and has no state but its position in the stream.
 */
final class ElementPerVote
    implements Protocol<Integer, ElementPerVote.Writer, ElementPerVote.Element> {

  /**
   * @param waiting what is to be written; the first is on its way
   */
  record Writer(List<Element> waiting) {}

  /**
   * @param isPut put, or else deleted
   */
  record Element(int vote, boolean isPut) {}

  @Override
  public String name() {
    return "an item or a set's element per vote";
  }

  /** The set of votes that are there. */
  @Override
  public Integer unwritten() {
    return 0;
  }

  @Override
  public Writer start(int key, int epoch) {
    return new Writer(List.of());
  }

  @Override
  public boolean takesMore(Writer writer) {
    return true;
  }

  @Override
  public Writer count(Writer writer, Changes changes, int key, int arrived) {
    List<Element> waiting = new ArrayList<>(writer.waiting);
    for (int change = 0; change < changes.size(); change++) {
      int votes = changes.votes(change, key);
      if (Changes.contains(arrived, change) && votes != 0) {
        waiting.add(new Element(changes.vote(change), votes > 0));
      }
    }
    return new Writer(List.copyOf(waiting));
  }

  @Override
  public Element sent(Writer writer) {
    return writer.waiting.isEmpty() ? null : writer.waiting.get(0);
  }

  @Override
  public Effect<Integer> effect(Element request, Integer votes) {
    int one = 1 << request.vote;
    int after = request.isPut ? votes | one : votes & ~one;
    return new Effect<>(after, Integer.bitCount(after) - Integer.bitCount(votes), true);
  }

  @Override
  public Writer answered(Writer writer, Effect<Integer> effect) {
    return new Writer(writer.waiting.subList(1, writer.waiting.size()));
  }

  @Override
  public Writer unanswered(Writer writer) {
    return writer;
  }

  @Override
  public boolean deduplicates() {
    return false;
  }

  @Override
  public String describe(Element request) {
    return (request.isPut ? "PUT" : "DELETE") + " vote " + (request.vote + 1);
  }

  @Override
  public String describe(Integer votes, int total) {
    return "total " + total + " (" + Integer.bitCount(votes) + " votes there)";
  }
}
