package io.citytally.local.simulation;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.function.ThrowingRunnable;

/** What others have left for a subtask's thread, such as answers of DynamoDB. */
final class Mailbox implements MailboxExecutor {

  private final Queue<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
  private boolean closed;

  @Override
  public void execute(
      MailOptions options,
      ThrowingRunnable<? extends Exception> mail,
      String description,
      Object... arguments) {
    if (closed) {
      throw new RejectedExecutionException("the mailbox is closed");
    }
    mails.add(mail);
  }

  boolean isEmpty() {
    return mails.isEmpty();
  }

  /** On one thread no mail comes while it is waited for. */
  @Override
  public void yield() {
    if (!tryYield()) {
      throw new SimulationFailure("an operator waits for mail, and nothing else can go on");
    }
  }

  @Override
  public boolean tryYield() {
    ThrowingRunnable<? extends Exception> mail = mails.poll();
    if (mail == null) {
      return false;
    }
    try {
      mail.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
    return true;
  }

  @Override
  public boolean shouldInterrupt() {
    return false;
  }

  void close() {
    closed = true;
    mails.clear();
  }
}
