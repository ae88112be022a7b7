package import ExactArithmetic
package import NeuralNetwork

/// Something about a region that arithmetic decides.
enum RegionTask: Sendable {
  /// A leaf must show that `s z ≤ 0` under the phases.
  case leaf(UnitID, Side, Leaf, phases: [UnitID: Phase], rule: CheckRule, place: String)
  /// A point of the domain must have the signs of the phases.
  case point([Dyadic], phases: [UnitID: Phase], place: String)
}

/// The exact arithmetic of region trees: what leaves and points show.
///
/// The search and the checker use the same evaluation, so what the search could use, the checker
/// accepts.
package struct RegionEvaluation: Sendable {
  private let proved: ProofState
  private let layerCount: Int
  private let domain: ExactDomain
  private let ranges: [LayerRanges]

  /// The evaluation on the proved intervals of the first layers.
  package init(_ proved: ProofState, layerCount: Int) {
    self.proved = proved
    self.layerCount = layerCount
    domain = ExactDomain(proved.domain)
    ranges = zip(proved.intervals, proved.network.layers).prefix(layerCount).map {
      LayerRanges($0, biases: $1.biases)
    }
  }

  /// The bound `B` of a leaf for a unit and a side under assumed phases; its multipliers may name
  /// units of the unit's own layer.
  ///
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  package func bound(
    of leaf: Leaf, unit: UnitID, side: Side, phases: [UnitID: Phase], at place: String = "$"
  ) throws(CheckFailure) -> Dyadic {
    try LeafInequality(
      network: proved.network, domain: domain, ranges: ranges[...unit.layer], target: unit,
      side: side, includesOwnLayer: true
    ).bound(of: leaf, phases: phases, at: place)
  }

  /// Whether a leaf shows that `s z ≤ 0` under the phases.
  package func holds(_ leaf: Leaf, unit: UnitID, side: Side, phases: [UnitID: Phase]) -> Bool {
    guard leaf.claim.signum > 0 else { return false }
    do throws(CheckFailure) {
      return try bound(of: leaf, unit: unit, side: side, phases: phases).signum <= 0
    } catch {
      return false
    }
  }

  /// What keeps a point from having the signs of the phases, or nil if it has them.
  package func fault(of point: [Dyadic], phases: [UnitID: Phase]) -> String? {
    guard point.count == proved.domain.inputCount else { return "\(point.count) values" }
    if let violation = proved.domain.violation(at: point) { return violation }
    let signs = proved.network.signs(at: point, layerCount: layerCount)
    let wrong = phases.keys.filter { unit in
      signs[unit.layer][unit.index] != phases[unit]?.sign
    }.min()
    return wrong.map { "the sign \(signs[$0.layer][$0.index]) of \($0)" }
  }

  func failure(of task: RegionTask) -> CheckFailure? {
    switch task {
    case .leaf(let unit, let side, let leaf, let phases, let rule, let place):
      do throws(CheckFailure) {
        let bound = try bound(of: leaf, unit: unit, side: side, phases: phases, at: place)
        if leaf.claim.signum > 0 && bound.signum <= 0 { return nil }
        return CheckFailure(
          rule, at: place, expected: "m above 0 and a bound of at most 0",
          found: "m = \(leaf.claim) and \(bound)")
      } catch {
        return error
      }
    case .point(let point, let phases, let place):
      return fault(of: point, phases: phases).map {
        CheckFailure(
          .regionPoint, at: place, expected: "a point of the domain with the signs of its path",
          found: $0)
      }
    }
  }
}

extension Phase {
  /// The sign that a point of a region must show.
  fileprivate var sign: Int {
    switch self {
    case .off: -1
    case .on: 1
    case .zero: 0
    }
  }
}
