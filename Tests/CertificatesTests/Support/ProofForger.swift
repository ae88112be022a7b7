import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Random proofs about one unit of a scene, of bounds that are false by a known amount.
struct ProofForger {
  let scene: Scene
  let target: UnitID
  let side: Side
  /// The largest value that `s z` of the unit takes.
  let largest: Ratio

  /// The units that a tree may split.
  private let splittable: [UnitID]

  /// Aims at a random unit of a scene.
  init(_ scene: Scene, _ random: inout RandomNetworks) {
    let network = scene.network
    let layer = Int.random(in: 0..<network.layers.count, using: &random.generator)
    let unit = UnitID(
      layer: layer,
      index: Int.random(in: 0..<network.layers[layer].unitCount, using: &random.generator))
    let side = Bool.random(using: &random.generator) ? Side.upper : .lower
    let (low, high) = scene.cells.range(of: unit)
    self.scene = scene
    self.side = side
    target = unit
    largest = side == .upper ? high : -low
    splittable = network.reluUnits.filter { unit in
      let (low, high) = scene.cells.range(of: unit)
      return unit.layer < layer && low.signum < 0 && high.signum > 0
    }
  }

  /// A tree with a bound that the unit exceeds somewhere, and the same tree with a generous one.
  func trees(_ random: inout RandomNetworks) -> (isFalse: Certificate, generous: Certificate) {
    let nodes = tree(&random, open: splittable)
    let below = falseBound(&random)
    return (
      certificate(.tree(bound: side.sign * below, nodes: nodes), claiming: below),
      certificate(
        .tree(bound: side.sign * (below + Dyadic(8)), nodes: nodes), claiming: below + Dyadic(8))
    )
  }

  /// A lemma, from which a verdict claims a bound that the unit exceeds somewhere; nil for an
  /// identity unit, which has no verdict.
  func lemma(_ random: inout RandomNetworks) -> Certificate? {
    guard isRelu else { return nil }
    return certificate(.lemma(leaf(&random, claims: [1])), claiming: falseBound(&random))
  }

  private var isRelu: Bool {
    scene.network.layers[target.layer].activations[target.index] == .relu
  }

  private func certificate(_ proof: Proof, claiming bound: Dyadic) -> Certificate {
    let step = Step(unit: target, side: side, proof: proof)
    let verdict = Scene.verdict(target, side, bound: side.sign * bound)
    return scene.certificate([step], claims: isRelu ? [verdict] : [])
  }

  /// A number below the largest value of the unit, by a hair up to a lot.
  private func falseBound(_ random: inout RandomNetworks) -> Dyadic {
    let gap = Dyadic.one.scaled(byPowerOfTwo: -Int.random(in: 0...40, using: &random.generator))
    let near = largest.numerator.approximation / largest.denominator.approximation
    var candidate = Dyadic(near) - gap
    var step = gap
    while !(largest > Ratio(candidate)) {
      candidate -= step
      step = step.scaled(byPowerOfTwo: 1)
    }
    return candidate
  }

  private func tree(_ random: inout RandomNetworks, open: [UnitID]) -> [TreeNode] {
    guard open.count > 0, Int.random(in: 0..<4, using: &random.generator) > 0 else {
      return [.leaf(leaf(&random, claims: [1, 1, 1, 2, 0.5, 0]))]
    }
    let i = Int.random(in: 0..<open.count, using: &random.generator)
    var rest = open
    let unit = rest.remove(at: i)
    return [.split(unit)] + tree(&random, open: rest) + tree(&random, open: rest)
  }

  /// Multipliers from those that good proofs have: 0, ±1, the weights above, halves.
  private func leaf(_ random: inout RandomNetworks, claims: [Double]) -> Leaf {
    let layers = scene.network.layers
    let weights = layers[target.layer].weights.row(target.index)
    let claim = claims.randomElement(using: &random.generator) ?? 1
    var units: [Leaf.UnitMultiplier] = []
    for k in 0..<target.layer {
      for i in 0..<layers[k].unitCount where Bool.random(using: &random.generator) {
        let own = k == target.layer - 1 ? weights[weights.startIndex + i] : 1
        let factors: [Double] = [0, 0.5, 1, -1, 0.25, 2]
        let factor = factors.randomElement(using: &random.generator) ?? 0
        let value = side.sign * Dyadic(own) * Dyadic(factor) * Dyadic(claim == 0 ? 1 : claim)
        units.append(.init(unit: UnitID(layer: k, index: i), value: value))
      }
    }
    let rows = scene.domain.rows.indices.filter { _ in Bool.random(using: &random.generator) }
      .map { Leaf.RowMultiplier(row: $0, value: Dyadic(random.eighth(0, 8))) }
    let ball = scene.domain.ball == nil ? .zero : Dyadic(random.eighth(0, 8))
    return Leaf(units: units, rows: rows, ball: ball, claim: Dyadic(claim))
  }
}
