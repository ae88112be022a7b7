internal import Certificates
internal import NeuralNetwork

/// Finds the level of each rewrite of a complete plan.
struct RewriteLevels {
  private let bound: FloatEvaluationBound
  private let plainLayerCount: Int
  private let working: WorkingNetwork
  /// Whether each layer that is left holds its exact numbers.
  private let isExact: [Bool]

  /// Levels for what is left, exactly and in stored numbers.
  ///
  /// - Parameter bound: What rounding does in the network that was read.
  init(
    _ bound: FloatEvaluationBound, plainLayerCount: Int, working: WorkingNetwork, stored: Network
  ) {
    self.bound = bound
    self.plainLayerCount = plainLayerCount
    self.working = working
    isExact = zip(working.layers, stored.layers).map { $0.isExact(in: $1) }
  }

  /// The strongest level that is proved.
  func level(of item: RemovalPlan.Item) -> RewriteLevel {
    if item.rule == .midpoint { return .approximate }
    switch item.rewrite {
    case .removeInactive(let unit):
      return isReadPlainly(unit) && bound.isFloatSafe(unit, .stablyInactive) ? .floatSafe : .exact
    case .removeUnread(let unit):
      // A weight of 0 gives 0 times the value, and that is 0 for every finite value.
      return isReadPlainly(unit) && bound.error(of: unit) != nil ? .floatSafe : .exact
    case .addLinear, .replaceLinear: return .bounded
    case .substitute, .foldConstant, .foldLayer, .makeConstant:
      return levelOfNumbers(behind: item.rewrite.layer)
    }
  }

  /// True if the next layer sums up the unit's value times the stored weight, and nothing else.
  private func isReadPlainly(_ unit: UnitID) -> Bool { unit.layer + 1 < plainLayerCount }

  /// New numbers of a layer stand in the first layer behind it that is left.
  private func levelOfNumbers(behind layer: Int) -> RewriteLevel {
    let position = working.layers.firstIndex { $0.index > layer }
    return position.map { isExact[$0] } == true ? .exact : .bounded
  }
}
