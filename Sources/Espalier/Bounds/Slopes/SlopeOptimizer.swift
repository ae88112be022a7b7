/// Lowers the bounds of a batch by moving its parameters.
struct SlopeOptimizer {
  /// The iterations of a batch at most.
  var iterations = 10
  /// The first step of slopes.
  var alphaRate: Float = 0.25
  /// The first step of shifts, by the mean coefficient of their layer.
  var shiftRate: Float = 1
  /// What remains of a step from one iteration to the next.
  var decay: Float = 0.97
  /// A row whose bound is at most this is done.
  var goal = -Double.infinity
  /// The gain of the last few iterations, by the size of the bounds, below which the rest is left
  /// out.
  var leastGain = 0.0
  /// How many iterations that are.
  private static let stride = 4

  /// Iterates over the active rows; rows that reach the goal are retired.
  ///
  /// - Returns: The rows that were bounded, counted in every iteration.
  @discardableResult
  func run(_ batch: SlopeBatch) -> Int {
    var count = 0
    var factor: Float = 1
    var last = Double.infinity
    for iteration in 1...max(1, iterations) where batch.activeCount > 0 {
      batch.passBackward()
      count += batch.activeCount
      batch.keepBest()
      batch.retire { batch.bestBounds[$0] <= goal }
      var isLast = iteration >= iterations
      if leastGain > 0 && iteration % Self.stride == 1 {
        let (sum, size) = batch.totals
        isLast = isLast || last - sum < leastGain * size
        last = sum
      }
      batch.passForward(
        isLast
          ? nil
          : SlopeStep(
            number: iteration, alphaRate: alphaRate * factor, shiftRate: shiftRate * factor))
      if isLast { break }
      factor *= decay
    }
    return count
  }
}
