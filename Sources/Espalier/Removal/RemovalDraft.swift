internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// A plan while rules add to it.
struct RemovalDraft {
  let options: RemovalOptions
  /// The network so far.
  private(set) var working: WorkingNetwork
  /// What was done so far.
  private(set) var items: [RemovalPlan.Item] = []
  /// Units that stay although a rule could remove them.
  let reprieved: Set<UnitID>
  /// Layers whose linear units are not replaced.
  let undivided: Set<Int>
  /// The error that R9 may use up, as a share of the one allowed.
  let errorShare: Double
  let scalarType: ScalarType
  /// True if a layer may lose its last unit, so that the network becomes a constant (R7).
  let mayBecomeConstant: Bool

  init(
    _ working: WorkingNetwork, _ options: RemovalOptions, scalarType: ScalarType,
    reprieved: Set<UnitID>, undivided: Set<Int>, errorShare: Double
  ) {
    self.working = working
    self.options = options
    self.scalarType = scalarType
    self.reprieved = reprieved
    self.undivided = undivided
    self.errorShare = errorShare
    mayBecomeConstant =
      options.rules.contains(.emptyLayer) && options.keptLayers.isEmpty
      && Self.isConstantSmaller(working, options.measure)
  }

  /// True if the constant that has as many inputs and outputs is no larger than the network.
  private static func isConstantSmaller(
    _ working: WorkingNetwork, _ measure: RemovalMeasure
  ) -> Bool {
    let outputs = working.layers.last?.units.count ?? 0
    let before = NetworkSize(working)
    let constant = NetworkSize(
      units: outputs, parameters: outputs * (working.inputRanges.count + 1),
      // An output that is not 0 has a number that is not 0 now.
      nonzeros: 0, type: before.type)
    return constant[measure] <= before[measure]
  }

  /// True if a unit may go.
  func mayLose(_ unit: UnitID) -> Bool {
    guard !options.keptLayers.contains(unit.layer), !reprieved.contains(unit),
      let position = working.position(ofLayer: unit.layer)
    else { return false }
    return mayBecomeConstant || working.layers[position].units.count > 1
  }

  /// True if the units of the layer at a position may be replaced by others.
  func mayChange(position: Int) -> Bool {
    let layers = working.layers
    return position + 1 < layers.count && !options.keptLayers.contains(layers[position].index)
      && !options.elementwiseLayers.contains(layers[position].index)
      && !options.elementwiseLayers.contains(layers[position + 1].index)
  }

  /// Does one rewrite.
  mutating func apply(
    _ rewrite: Rewrite, _ rule: RemovalRule, reason: String
  ) throws(CheckFailure) {
    let before = size(around: rewrite)
    try working.apply(rewrite, at: "$.pruning.rewrites[\(items.count)]")
    record(rewrite, rule, reason: reason, saved: before - size(around: rewrite))
  }

  /// Removes one unit, whose cost is counted without looking at all weights of two layers.
  mutating func remove(
    _ rewrite: Rewrite, _ unit: UnitID, _ rule: RemovalRule, reason: String
  ) throws(CheckFailure) {
    var saved = cost(of: unit)
    let position = working.position(ofLayer: unit.layer).map { $0 + 1 }
    let zeros = position.map { working.layers[$0].zeroBiasCount } ?? 0
    try working.apply(rewrite, at: "$.pruning.rewrites[\(items.count)]")
    saved.nonzeros += (position.map { working.layers[$0].zeroBiasCount } ?? 0) - zeros
    record(rewrite, rule, reason: reason, saved: saved)
  }

  /// Does several rewrites if they make the network smaller by the measure asked for.
  ///
  /// - Returns: What the measure loses; 0 if nothing was done.
  @discardableResult
  mutating func applyIfSmaller(
    _ rewrites: [(rewrite: Rewrite, reason: String)], _ rule: RemovalRule
  ) throws(CheckFailure) -> Int {
    var trial = self
    for (rewrite, reason) in rewrites { try trial.apply(rewrite, rule, reason: reason) }
    let saved = trial.items[items.count...].reduce(0) { $0 + $1.saved[options.measure] }
    let units = trial.items[items.count...].reduce(0) { $0 + $1.saved.units }
    guard saved > 0 || saved == 0 && units > 0 else { return 0 }
    self = trial
    return saved
  }

  private mutating func record(
    _ rewrite: Rewrite, _ rule: RemovalRule, reason: String, saved: NetworkSize
  ) {
    // What is re-rounded is known when the plan is complete; until then the weakest level stands.
    items.append(
      RemovalPlan.Item(
        rewrite: rewrite, rule: rule, reason: reason, level: .bounded, saved: saved))
  }

  // MARK: Sizes

  /// The size of what a rewrite can change.
  private func size(around rewrite: Rewrite) -> NetworkSize {
    if case .makeConstant = rewrite { return NetworkSize(working) }
    var size = NetworkSize(units: 0, parameters: 0, nonzeros: 0, type: scalarType)
    // A layer that is gone leaves the next one, which is the first with a larger index.
    let layers = working.layers.filter { $0.index >= rewrite.layer }
    let count = layers.first?.index == rewrite.layer ? 2 : 1
    for layer in layers.prefix(count) { size += NetworkSize(layer, scalarType) }
    return size
  }

  private func cost(of unit: UnitID) -> NetworkSize {
    guard let position = working.position(ofLayer: unit.layer),
      let row = working.layers[position].units.firstIndex(of: unit.index)
    else { return NetworkSize(units: 0, parameters: 0, nonzeros: 0, type: scalarType) }
    let layer = working.layers[position]
    let next = working.layers[position + 1]
    return NetworkSize(
      units: 1, parameters: layer.inputCount + 1 + next.units.count,
      nonzeros: layer.nonzeroCount(row: row) + next.nonzeroCount(column: row), type: scalarType)
  }
}

extension WorkingLayer {
  /// How many biases are 0.
  fileprivate var zeroBiasCount: Int { biases.count(where: \.isZero) }
}
