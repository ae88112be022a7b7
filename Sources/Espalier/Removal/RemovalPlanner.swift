public import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Finds the rewrites that proved intervals allow and that make the network smaller.
///
/// Order: R1 and R2, R3; R9 if asked for; R7, R6; R8; R5 from the last layer; R4 forward; R3, R7.
///
/// - Source: `docs/removal.md`; Serra, Kumar and Ramalingam, arXiv 2001.00218.
public struct RemovalPlanner {
  private let proved: ProofState
  private let options: RemovalOptions
  /// How often units are given back until all widths are multiples.
  private static let widthRounds = 8
  /// How often the error for R9 is halved until the proved difference fits.
  private static let errorRounds = 12

  /// A planner over proved intervals.
  public init(proved: ProofState, options: RemovalOptions = RemovalOptions()) {
    self.proved = proved
    self.options = options
  }

  /// The plan.
  public func plan() throws(RemovalFailure) -> RemovalPlan {
    let count = proved.network.network.layers.count
    if let layer = options.keptLayers.first(where: { $0 < 0 || $0 >= count - 1 }) {
      throw .noSuchLayer(layer, count: count)
    }
    guard let error = options.maximumError else { return try plan(errorShare: 0) }
    guard error.isFinite, error >= 0 else { throw .noSuchError(error) }
    var share = 1.0
    for _ in 0..<Self.errorRounds {
      let plan = try plan(errorShare: share)
      if plan.difference.allSatisfy({ $0 <= Dyadic(error) }) { return plan }
      share /= 2
    }
    let plan = try plan(errorShare: 0)
    let largest = plan.difference.max() ?? .zero
    guard largest <= Dyadic(error) else {
      throw .errorTooSmall(allowed: error, proved: largest.approximation)
    }
    return plan
  }

  private func plan(errorShare: Double) throws(RemovalFailure) -> RemovalPlan {
    do throws(CheckFailure) {
      return try finish(draft(errorShare: errorShare))
    } catch {
      throw .refused(error)
    }
  }

  // MARK: Rules

  private func draft(errorShare: Double) throws(CheckFailure) -> RemovalDraft {
    var reprieved: Set<UnitID> = []
    var undivided: Set<Int> = []
    var draft = try attempt(reprieved, undivided, errorShare)
    guard options.widthMultiple > 1 else { return draft }
    for _ in 0..<Self.widthRounds {
      let wishes = WidthRounding(draft, multiple: options.widthMultiple)
      if wishes.isEmpty { break }
      reprieved.formUnion(wishes.units)
      undivided.formUnion(wishes.layers)
      draft = try attempt(reprieved, undivided, errorShare)
    }
    return draft
  }

  private func attempt(
    _ reprieved: Set<UnitID>, _ undivided: Set<Int>, _ errorShare: Double
  ) throws(CheckFailure) -> RemovalDraft {
    var draft = RemovalDraft(
      WorkingNetwork(proved), options, scalarType: proved.network.network.scalarType,
      reprieved: reprieved, undivided: undivided, errorShare: errorShare)
    try InactiveRule.apply(to: &draft)
    try UnreadRule.apply(to: &draft)
    try MidpointRule.apply(to: &draft)
    try UnreadRule.apply(to: &draft)
    try EmptyLayerRule.apply(to: &draft)
    try AffineLayerRule.apply(to: &draft)
    try ProportionalRule.apply(to: &draft)
    try LinearRule.apply(to: &draft)
    try DependentRule.apply(to: &draft)
    try UnreadRule.apply(to: &draft)
    try EmptyLayerRule.apply(to: &draft)
    return draft
  }

  // MARK: The plan

  private func finish(_ draft: RemovalDraft) throws(CheckFailure) -> RemovalPlan {
    let working = draft.working
    let network = try working.rounded(at: "$.pruning")
    let plainLayerCount = options.plainLayerCount ?? proved.network.network.layers.count
    let bound = FloatEvaluationBound(proved, plainLayerCount: plainLayerCount)
    let levels = RewriteLevels(
      bound, plainLayerCount: plainLayerCount, working: working, stored: network)
    var items = draft.items
    for i in items.indices { items[i].level = levels.level(of: items[i]) }
    let differences = working.differences(to: network)
    let difference = differences.last ?? []
    let floatDifference = working.floatDifference(to: network, differences, before: bound)
    return RemovalPlan(
      items: items, layers: changes(to: working), unreadInputs: unreadInputs(of: working),
      tier: tier(of: items), network: network, working: working, difference: difference,
      floatDifference: floatDifference,
      argmax: ArgmaxProof.find(proved, differences: floatDifference ?? difference))
  }

  private func changes(to working: WorkingNetwork) -> [RemovalPlan.LayerChange] {
    let type = working.scalarType
    return WorkingNetwork(proved).layers.map { layer in
      RemovalPlan.LayerChange(
        layer: layer.index, before: NetworkSize(layer, type),
        after: working.position(ofLayer: layer.index).map {
          NetworkSize(working.layers[$0], type)
        })
    }
  }

  private func unreadInputs(of working: WorkingNetwork) -> [Int] {
    (0..<proved.domain.inputCount).filter { !working.layers[0].reads(column: $0) }
  }

  private func tier(of items: [RemovalPlan.Item]) -> RemovalPlan.Tier {
    if items.contains(where: { $0.rule == .midpoint }) { return .bounded }
    return items.allSatisfy { $0.rule == .inactive || $0.rule == .unread } ? .zeros : .exact
  }
}
