/// Lowers the bounds of a batch by moving its parameters.
struct SlopeOptimizer {
  /// The iterations of a batch at most.
  var iterations = 10
  /// The first step of slopes.
  var alphaRate: Float = Tuning.alphaRate
  /// The first step of shifts, by the mean coefficient of their layer.
  var shiftRate: Float = Tuning.shiftRate
  /// What remains of a step from one iteration to the next.
  var decay: Float = Tuning.decay
  /// A row whose bound is at most this is done.
  var goal = -Double.infinity

  /// Iterates over the active rows; rows that reach the goal are retired.
  ///
  /// - Returns: The rows that were bounded, counted in every iteration.
  @discardableResult
  func run(_ batch: SlopeBatch) -> Int {
    var count = 0
    var factor: Float = 1
    for iteration in 1...max(1, iterations) where batch.activeCount > 0 {
      batch.passBackward()
      count += batch.activeCount
      batch.keepBest()
      batch.retire { batch.bestBounds[$0] <= goal }
      let isLast = iteration >= iterations
      batch.passForward(
        isLast
          ? nil
          : SlopeStep(
            number: iteration, alphaRate: alphaRate * factor, shiftRate: shiftRate * factor))
      factor *= decay
    }
    return count
  }
}
