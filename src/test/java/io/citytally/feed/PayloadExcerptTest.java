package io.citytally.feed;

import static io.citytally.vote.RejectedVote.MAX_PAYLOAD_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class PayloadExcerptTest {

  @Example
  void aShortPayloadIsKeptWhole() {
    assertThat(PayloadExcerpt.of(new byte[0])).isEmpty();
    assertThat(PayloadExcerpt.of(utf8("Süd \0 🌳"))).isEqualTo("Süd \0 🌳");
  }

  @Example
  void whatIsNotUtf8IsReplaced() {
    assertThat(PayloadExcerpt.of(new byte[] {'a', (byte) 0xff, 'b'})).isEqualTo("a\ufffdb");
  }

  @Example
  void aPayloadThatJustFitsIsKeptWhole() {
    String fits = "é".repeat(MAX_PAYLOAD_BYTES / 2);

    assertThat(PayloadExcerpt.of(utf8(fits))).isEqualTo(fits);
    assertThat(PayloadExcerpt.of(utf8(fits + "x"))).isEqualTo(fits);
  }

  @Example
  void aLongPayloadIsCutBetweenTwoCharacters() {
    for (int shift = 0; shift < 4; shift++) {
      String start = "x".repeat(shift);

      assertThat(PayloadExcerpt.of(utf8(start + "🌳".repeat(10_000))))
          .isEqualTo(start + "🌳".repeat(shift == 0 ? 2048 : 2047));
    }
  }

  @Property
  void asMuchIsKeptAsFits(@ForAll @Size(min = 1, max = 9) byte[] pattern) {
    byte[] payload = new byte[MAX_PAYLOAD_BYTES + 100];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = pattern[i % pattern.length];
    }
    String text = new String(payload, StandardCharsets.UTF_8);

    String kept = PayloadExcerpt.of(payload);

    String next = Character.toString(text.codePointAt(kept.length()));
    assertThat(text).startsWith(kept);
    assertThat(utf8(kept)).hasSizeLessThanOrEqualTo(MAX_PAYLOAD_BYTES);
    assertThat(utf8(kept + next)).hasSizeGreaterThan(MAX_PAYLOAD_BYTES);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
