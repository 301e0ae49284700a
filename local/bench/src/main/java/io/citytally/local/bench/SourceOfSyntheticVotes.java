package io.citytally.local.bench;

import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.vote.SourceKind;

/** Delivers {@link SyntheticVotes}. Their records are those of Kinesis. */
interface SourceOfSyntheticVotes extends VoteSource {

  @Override
  default SourceKind kind() {
    return SourceKind.KINESIS;
  }

  @Override
  default VoteChangeDecoder decoder(long epoch) {
    return VoteChangeDecoder.forKinesis(SyntheticVotes.TABLE, epoch);
  }
}
