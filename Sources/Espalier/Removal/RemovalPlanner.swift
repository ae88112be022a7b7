public import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Finds the rewrites that proved intervals allow: R1, R2 and R3 to a fixpoint, then R7 and R6.
///
/// - Source: `docs/method.md`, "Removal"; Serra, Kumar and Ramalingam, arXiv 2001.00218.
public struct RemovalPlanner {
  private let proved: ProofState
  private let protectedLayers: Set<Int>
  private let plainLayerCount: Int
  private var working: WorkingNetwork
  private var items: [RemovalPlan.Item] = []

  /// A planner over proved intervals.
  ///
  /// - Parameters:
  ///   - protectedLayers: Layers that are never folded, for instance those that stand for
  ///     elementwise operations of the model.
  ///   - plainLayerCount: The number of leading layers that a runtime evaluates as one product
  ///     and one bias per unit; nil for all. The levels of rewrites depend on it.
  public init(
    proved: ProofState, protectedLayers: Set<Int> = [], plainLayerCount: Int? = nil
  ) {
    self.proved = proved
    self.protectedLayers = protectedLayers
    self.plainLayerCount = plainLayerCount ?? proved.network.network.layers.count
    working = WorkingNetwork(proved)
  }

  /// The plan.
  ///
  /// - Throws: `CheckFailure` of the rule `result-network` if a folded number overflows.
  public mutating func plan() throws(CheckFailure) -> RemovalPlan {
    let before = working
    try removeUnits()
    try removeUnread()
    if let empty = working.layers.first(where: { $0.units.isEmpty }) {
      try apply(.makeConstant(empty.index), reason: "no unit of the layer is left")
    } else {
      try foldLayers()
    }
    let network = try working.rounded(at: "$.pruning")
    let levels = RewriteLevels(
      proved: proved, plainLayerCount: plainLayerCount, working: working, stored: network)
    for i in items.indices { items[i].level = levels.level(of: items[i].rewrite) }
    return RemovalPlan(
      items: items, layers: changes(from: before), unreadInputs: unreadInputs, tier: tier,
      network: network, working: working,
      difference: working.difference(to: network, over: proved.domain.box))
  }

  // MARK: Rules

  /// R1 and R2, forward.
  private mutating func removeUnits() throws(CheckFailure) {
    for layer in working.layers.dropLast() {
      for (unit, activation) in zip(layer.units, layer.activations) {
        let id = UnitID(layer: layer.index, index: unit)
        let interval = proved[id]
        if activation == .relu && interval.upper.signum <= 0 {
          try apply(.removeInactive(id), reason: "stably inactive")
        } else if interval.isPoint {
          try apply(.foldConstant(id), reason: "constant \(interval.lower.approximation)")
        }
      }
    }
  }

  /// R3, backward, so that one pass is a fixpoint.
  private mutating func removeUnread() throws(CheckFailure) {
    for position in stride(from: working.layers.count - 2, through: 0, by: -1) {
      for row in working.layers[position].units.indices.reversed()
      where !working.layers[position + 1].reads(column: row) {
        let layer = working.layers[position]
        try apply(
          .removeUnread(UnitID(layer: layer.index, index: layer.units[row])),
          reason: "no weight of the next layer reads it")
      }
    }
  }

  /// R6, where it saves parameters.
  private mutating func foldLayers() throws(CheckFailure) {
    for layer in working.layers.dropLast()
    where !protectedLayers.contains(layer.index) && isAffine(layer) {
      guard let position = working.layers.firstIndex(where: { $0.index == layer.index }),
        !protectedLayers.contains(working.layers[position + 1].index)
      else { continue }
      let current = working.layers[position]
      let next = working.layers[position + 1]
      let folded = next.units.count * (current.inputCount + 1)
      guard folded <= current.parameterCount + next.parameterCount else { continue }
      try apply(.foldLayer(layer.index), reason: "every unit of the layer is affine")
    }
  }

  private func isAffine(_ layer: WorkingLayer) -> Bool {
    zip(layer.units, layer.activations).allSatisfy { unit, activation in
      activation == .identity
        || proved[UnitID(layer: layer.index, index: unit)].lower.signum >= 0
    }
  }

  private mutating func apply(_ rewrite: Rewrite, reason: String) throws(CheckFailure) {
    let saved: NetworkSize
    switch rewrite {
    case .removeInactive(let unit), .foldConstant(let unit), .removeUnread(let unit):
      saved = cost(of: unit)
      try working.apply(rewrite, at: "$.pruning.rewrites[\(items.count)]")
    case .foldLayer, .makeConstant:
      let before = NetworkSize(working)
      try working.apply(rewrite, at: "$.pruning.rewrites[\(items.count)]")
      saved = before - NetworkSize(working)
    }
    // What is re-rounded is known when the plan is complete; until then the weakest level stands.
    items.append(
      RemovalPlan.Item(rewrite: rewrite, reason: reason, level: .bounded, saved: saved))
  }

  // MARK: Sizes

  private func cost(of unit: UnitID) -> NetworkSize {
    guard let position = working.layers.firstIndex(where: { $0.index == unit.layer }),
      let row = working.layers[position].units.firstIndex(of: unit.index)
    else { return NetworkSize(units: 0, parameters: 0, nonzeros: 0) }
    let layer = working.layers[position]
    let next = working.layers[position + 1]
    return NetworkSize(
      units: 1, parameters: layer.inputCount + 1 + next.units.count,
      nonzeros: layer.nonzeroCount(row: row) + next.nonzeroCount(column: row))
  }

  private func changes(from before: WorkingNetwork) -> [RemovalPlan.LayerChange] {
    before.layers.map { layer in
      RemovalPlan.LayerChange(
        layer: layer.index, before: NetworkSize(layer),
        after: working.layers.first { $0.index == layer.index }.map { NetworkSize($0) })
    }
  }

  private var unreadInputs: [Int] {
    (0..<proved.domain.inputCount).filter { !working.layers[0].reads(column: $0) }
  }

  private var tier: RemovalPlan.Tier {
    items.allSatisfy { item in
      switch item.rewrite {
      case .removeInactive, .removeUnread: true
      case .foldConstant, .foldLayer, .makeConstant: false
      }
    } ? .zeros : .exact
  }
}
