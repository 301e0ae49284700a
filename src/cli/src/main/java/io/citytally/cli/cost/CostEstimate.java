package io.citytally.cli.cost;

/** What an estimate is made from. */
record CostEstimate(
    Workload workload, CostFigures figures, Deployment deployment, BilledPeriod period) {

  CostModel model() {
    return model(deployment);
  }

  /** The same city, deployed in another way. */
  CostModel model(Deployment other) {
    return new CostModel(workload, figures, other, period);
  }
}
