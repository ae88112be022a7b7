import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport

@testable import Espalier

/// Makes claims about regions that are probably false, with proofs as good as they can be.
struct RegionForger {
  let scene: RegionScene
  /// The true trees, one per part.
  let trees: [RegionTree]

  /// A forger who starts from a true claim.
  init(_ scene: RegionScene, _ claim: RegionClaim) {
    self.scene = scene
    trees = RegionTree.trees(claim.nodes)
  }

  /// A claim with one or two changes, which counts what its trees say or one more or less.
  func forged(_ random: inout RandomNetworks) -> Certificate {
    var trees = trees
    for _ in 0..<Int.random(in: 1...2, using: &random.generator) where !trees.isEmpty {
      let part = Int.random(in: 0..<trees.count, using: &random.generator)
      let position = Int.random(in: 0..<trees[part].count, using: &random.generator)
      trees[part] = trees[part].editing(at: position) { change($0, $1, trees[part], &random) }
    }
    var counts = zip(trees, scene.parts).map {
      $0.counts(of: $1, layerCount: scene.layerCount)
    }
    if Int.random(in: 0..<6, using: &random.generator) == 0, !counts.isEmpty {
      let part = Int.random(in: 0..<counts.count, using: &random.generator)
      let k = Int.random(in: 0..<scene.layerCount, using: &random.generator)
      counts[part][k] += Bool.random(using: &random.generator) ? 1 : -1
      counts[part][k] = max(0, counts[part][k])
    }
    return scene.certificate(counts: counts, trees.flatMap(\.nodes))
  }

  /// Claims that leave out one branch of every split, with the best leaf that there is.
  func withoutBranches() -> [Certificate] {
    var certificates: [Certificate] = []
    for (part, tree) in trees.enumerated() {
      for position in 0..<tree.count {
        guard case .split = tree.nodes[position] else { continue }
        for side in RegionSide.allCases {
          var changed = trees
          changed[part] = tree.editing(at: position) { subtree, phases in
            guard case .node(.split(let unit), let branches) = subtree else { return subtree }
            let leaf = bestLeaf(unit, side.bounded, phases)
            return .node(.empty(side, unit, leaf), [branches[side == .on ? 0 : 1]])
          }
          let counts = zip(changed, scene.parts).map {
            $0.counts(of: $1, layerCount: scene.layerCount)
          }
          certificates.append(scene.certificate(counts: counts, changed.flatMap(\.nodes)))
        }
      }
    }
    return certificates
  }

  /// The true trees with leaves of the forger's own, wherever rounding left them good enough.
  ///
  /// - Returns: The nodes, how many leaves there are, and how many of these were exchanged.
  func reproved() -> (nodes: [RegionNode], leafCount: Int, exchangedCount: Int) {
    let evaluation = RegionEvaluation(scene.proved, layerCount: scene.layerCount)
    var (leafCount, exchangedCount) = (0, 0)
    func better(_ old: Leaf, _ unit: UnitID, _ side: Side, _ phases: [UnitID: Phase]) -> Leaf {
      leafCount += 1
      let own = bestLeaf(unit, side, phases)
      guard evaluation.holds(own, unit: unit, side: side, phases: phases) else { return old }
      exchangedCount += 1
      return own
    }
    var changed = trees
    for part in changed.indices {
      for position in 0..<changed[part].count {
        changed[part] = changed[part].editing(at: position) { subtree, phases in
          guard case .node(let node, let branches) = subtree else { return subtree }
          switch node {
          case .empty(let side, let unit, let leaf):
            let new = better(leaf, unit, side.bounded, phases)
            return .node(.empty(side, unit, new), branches)
          case .zero(let unit, let upper, let lower):
            let new = (better(upper, unit, .upper, phases), better(lower, unit, .lower, phases))
            return .node(.zero(unit, upper: new.0, lower: new.1), branches)
          case .split, .point: return subtree
          }
        }
      }
    }
    return (changed.flatMap(\.nodes), leafCount, exchangedCount)
  }

  // MARK: Changes of trees

  private func change(
    _ subtree: RegionTree, _ phases: [UnitID: Phase], _ whole: RegionTree,
    _ random: inout RandomNetworks
  ) -> RegionTree {
    guard case .node(let node, let branches) = subtree, let unit = node.unit else {
      return otherEnd(subtree, whole, &random)
    }
    let branch = branches[Int.random(in: 0..<branches.count, using: &random.generator)]
    let side: RegionSide = Bool.random(using: &random.generator) ? .on : .off
    switch Int.random(in: 0..<8, using: &random.generator) {
    case 0, 1: return .node(.empty(side, unit, leaf(unit, side.bounded, phases, &random)), [branch])
    case 2:
      return .node(
        .zero(
          unit, upper: leaf(unit, .upper, phases, &random),
          lower: leaf(unit, .lower, phases, &random)), [branch])
    case 3: return .node(.split(unit), [branch, branches[branches.count - 1]])
    case 4: return .node(node, branches.reversed())
    case 5: return branch
    case 6: return .node(node, branches.map { _ in branch })
    default: return grafted(from: whole, &random)
    }
  }

  private func otherEnd(
    _ end: RegionTree, _ whole: RegionTree, _ random: inout RandomNetworks
  ) -> RegionTree {
    guard case .end(let point) = end, Bool.random(using: &random.generator) else {
      return grafted(from: whole, &random)
    }
    return .end(point.map { $0 + Dyadic(random.eighth(-4, 4)) })
  }

  private func grafted(from whole: RegionTree, _ random: inout RandomNetworks) -> RegionTree {
    var graft = whole
    let position = Int.random(in: 0..<whole.count, using: &random.generator)
    _ = whole.editing(at: position) { subtree, _ in
      graft = subtree
      return subtree
    }
    return graft
  }

  // MARK: Leaves

  private func leaf(
    _ unit: UnitID, _ side: Side, _ phases: [UnitID: Phase], _ random: inout RandomNetworks
  ) -> Leaf {
    let best = bestLeaf(unit, side, phases)
    switch Int.random(in: 0..<6, using: &random.generator) {
    case 0: return Leaf(units: [])
    case 1: return Leaf(units: Array(best.units), rows: best.rows, claim: .zero)
    case 2:
      return Leaf(
        units: best.units.map {
          .init(unit: $0.unit, value: $0.value + Dyadic(random.eighth(-2, 2)))
        },
        rows: best.rows)
    case 3:
      let tiny = Dyadic(0x1p-60)
      return Leaf(units: Array(best.units), rows: best.rows, claim: tiny)
    case 4:
      let values = phases.keys.sorted().map { ($0.layer, $0.index, random.eighth(-8, 8)) }
      return CertificatesTests.leaf(values)
    default: return best
    }
  }
}

extension RegionForger {
  /// The leaf with the smallest bound: multipliers of the program that maximizes `s z` on the cell.
  ///
  /// The constraint of a phase with multiplier `y` adds `y` to what a unit that is on passes on,
  /// and `-y` to the nothing that one that is off does.
  func bestLeaf(_ unit: UnitID, _ side: Side, _ phases: [UnitID: Phase]) -> Leaf {
    let forms = CellForms(scene, phases, through: unit.layer)
    // A tree that was changed before may have units of layers above on its path.
    let held = phases.keys.sorted().filter {
      phases[$0] != .zero && $0 != unit && $0.layer <= unit.layer
    }
    let domainRows = scene.domain.exactRows
    let rows =
      domainRows.map { RationalRow($0.coefficients, .atMost, $0.bound) }
      + held.map { unit in
        let form = forms[unit]
        return RationalRow(
          Array(form.dropLast()), phases[unit] == .on ? .atLeast : .atMost,
          -(form.last ?? .zero))
      }
    let sign = side == .upper ? Dyadic.one : Dyadic(-1)
    let program = RationalLP(
      lower: scene.domain.box.lower.map { Dyadic($0) },
      upper: scene.domain.box.upper.map { Dyadic($0) }, rows: rows,
      objective: forms[unit].dropLast().map { sign * $0 })
    guard case .optimal(_, _, let duals, _) = RationalSimplex.solve(program) else {
      return Leaf(units: [])
    }
    let multipliers = duals.map { dual in
      let size = dual.signum < 0 ? -dual : dual
      return size.dyadic ?? size.rounded(fractionBits: 60)
    }
    let rowCount = scene.domain.rows.count
    let lambda = multipliers.prefix(rowCount).enumerated().map {
      Leaf.RowMultiplier(row: $0, value: $1)
    }
    let given = Dictionary(uniqueKeysWithValues: zip(held, multipliers.dropFirst(domainRows.count)))
    // The rows of a ball together: each has coefficients of at most 1.
    let mu = multipliers[rowCount..<domainRows.count].reduce(Dyadic.zero) { $0 + $1 }
    return Leaf(units: passedOn(unit, sign, given, phases), rows: lambda, ball: mu)
  }

  private func passedOn(
    _ target: UnitID, _ sign: Dyadic, _ given: [UnitID: Dyadic], _ phases: [UnitID: Phase]
  ) -> [Leaf.UnitMultiplier] {
    var multipliers: [Leaf.UnitMultiplier] = []
    var passed: [Dyadic] = []
    for k in stride(from: target.layer, through: 0, by: -1) {
      let layer = scene.network.layers[k]
      var below = [Dyadic](repeating: .zero, count: layer.inputCount)
      for i in 0..<layer.unitCount {
        let unit = UnitID(layer: k, index: i)
        let isLinear = CellForms.isLinear(scene, unit, phases)
        var value = k < target.layer && isLinear ? passed[i] : .zero
        if unit == target {
          value = sign
        } else if let multiplier = given[unit] {
          value += phases[unit] == .on ? multiplier : -multiplier
          multipliers.append(.init(unit: unit, value: value))
        }
        for (t, weight) in layer.weights.row(i).enumerated() {
          below[t] += value * Dyadic(weight)
        }
      }
      passed = below
    }
    return multipliers.sorted { $0.unit < $1.unit }
  }
}

/// The pre-activations of a network as affine forms where units have these phases.
private struct CellForms {
  private var forms: [[[Dyadic]]] = []

  init(_ scene: RegionScene, _ phases: [UnitID: Phase], through last: Int) {
    let n = scene.domain.inputCount
    var outputs = (0..<n).map { t in (0...n).map { $0 == t ? Dyadic.one : .zero } }
    for (k, layer) in scene.network.layers.prefix(last + 1).enumerated() {
      let values = (0..<layer.unitCount).map { i in
        var form = [Dyadic](repeating: .zero, count: n + 1)
        form[n] = Dyadic(layer.biases[i])
        for (weight, output) in zip(layer.weights.row(i), outputs) {
          for t in form.indices { form[t] += Dyadic(weight) * output[t] }
        }
        return form
      }
      forms.append(values)
      outputs = values.enumerated().map { i, form in
        Self.isLinear(scene, UnitID(layer: k, index: i), phases) ? form : form.map { _ in .zero }
      }
    }
  }

  subscript(unit: UnitID) -> [Dyadic] { forms[unit.layer][unit.index] }

  /// True if a unit passes on what it gets.
  static func isLinear(
    _ scene: RegionScene, _ unit: UnitID, _ phases: [UnitID: Phase]
  ) -> Bool {
    if scene.network.activation(of: unit) == .identity { return true }
    return phases[unit].map { $0 != .off } ?? (scene.proved[unit].lower.signum >= 0)
  }
}
