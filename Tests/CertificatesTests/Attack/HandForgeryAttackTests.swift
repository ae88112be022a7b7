import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

/// Forgeries made by hand, each for one thing that a careless checker would forget.
@Suite struct HandForgeryAttackTests {
  /// `x` and `-x`, and behind them `|x| + 1` and 1, on a domain in one input.
  private static func scene(
    _ low: Double, _ high: Double, rows: [LinearRow] = [], ball: L1Ball? = nil
  ) throws -> Scene {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 1], [0, 0]]), biases: [1, 1], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    let domain = try InputDomain(box: Box(lower: [low], upper: [high]), rows: rows, ball: ball)
    return try Scene(network, domain, member: [Dyadic(low)])
  }

  private static let left = UnitID(layer: 0, index: 0)
  private static let right = UnitID(layer: 0, index: 1)
  private static let target = UnitID(layer: 1, index: 0)

  /// A tree that proves `z ≤ 0` of a unit that is at least 1.
  private static func forged(_ scene: Scene, _ nodes: [TreeNode]) -> Certificate {
    let step = Step(unit: target, side: .upper, proof: .tree(bound: .zero, nodes: nodes))
    let claim = Scene.verdict(target, .upper, bound: .zero)
    return scene.certificate([step], claims: [claim])
  }

  private static let nothing = TreeNode.leaf(leaf([], claim: 0))
  private static let both = TreeNode.leaf(leaf([(0, 0, 1), (0, 1, 1)], claim: 0))

  /// With `m = 0` and `B = 0` a branch is not empty: it may be a point.
  @Test func refusesEmptyBranchesThatAreNot() throws {
    let checkers = BothCheckers("HandForgeryAttackTests, empty branches")
    for (low, high) in [(-1.0, 1.0), (0, 0), (0, 1), (-1, 0), (1, 1), (-0.5, -0.5)] {
      let scene = try Self.scene(low, high)
      let trees: [[TreeNode]] = [
        [Self.nothing], [Self.both],
        [.split(Self.left), Self.nothing, Self.nothing], [.split(Self.left), Self.both, Self.both],
        [.split(Self.left), .split(Self.right), Self.both, Self.both, Self.both],
        [
          .split(Self.left), .split(Self.right), Self.both, Self.both, .split(Self.right),
          Self.both, Self.both,
        ],
        [.leaf(leaf([(0, 0, -1), (0, 1, -1)], claim: 0))],
        [.leaf(leaf([(0, 0, 1)], claim: 0))], [.leaf(leaf([(0, 1, -1)], claim: 0))],
      ]
      for tree in trees {
        let rule = try checkers.rule(of: Self.forged(scene, tree), scene.subject)
        #expect(rule == .leafBound || rule == .split)
      }
    }
    try checkers.finish()
  }

  /// Splits that assume what cannot be assumed, trees that end too early or too late.
  @Test func refusesWrongSplitsAndShapes() throws {
    let checkers = BothCheckers("HandForgeryAttackTests, splits")
    let scene = try Self.scene(-1, 1)
    // Without a leaf that holds all of these are refused for it; with m = 2^-1074 they are not far.
    let weak = TreeNode.leaf(leaf([], claim: 0x1p-1074))
    let units = [(1, 0), (1, 1), (2, 0), (3, 0), (0, 2), (0, 1 << 53), (1 << 53, 0)]
    for (layer, index) in units {
      let split = TreeNode.split(UnitID(layer: layer, index: index))
      for leaf in [weak, Self.both] {
        let rule = try checkers.rule(of: Self.forged(scene, [split, leaf, leaf]), scene.subject)
        #expect(rule == .split)
      }
    }
    let twice: [TreeNode] = [.split(Self.left), .split(Self.left), weak, weak, weak]
    #expect(try checkers.rule(of: Self.forged(scene, twice), scene.subject) == .split)
    // A bound that holds, so that nothing but the shape is wrong.
    func shaped(_ nodes: [TreeNode]) throws -> CheckRule? {
      let step = Step(unit: Self.target, side: .upper, proof: .tree(bound: Dyadic(3), nodes: nodes))
      return try checkers.rule(of: scene.certificate([step]), scene.subject)
    }
    let good = TreeNode.leaf(leaf())
    #expect(try shaped([good]) == nil)
    #expect(try shaped([.split(Self.left), good, good]) == nil)
    let shapes: [[TreeNode]] = [
      [], [good, good], [.split(Self.left)], [.split(Self.left), good],
      [.split(Self.left), good, good, good], [.split(Self.left), good, .split(Self.right), good],
      [good, .split(Self.left)],
    ]
    for shape in shapes { #expect(try shaped(shape) == .treeShape) }
    // The interval of `x` on 0 … 1 does not have 0 inside, so the unit is not split.
    for (low, high) in [(0.0, 1.0), (-1, 0), (0, 0), (0.5, 0.5)] {
      let narrow = try Self.scene(low, high)
      let nodes: [TreeNode] = [.split(Self.left), good, good]
      let step = Step(unit: Self.target, side: .upper, proof: .tree(bound: Dyadic(3), nodes: nodes))
      let rule = try checkers.rule(of: narrow.certificate([step]), narrow.subject)
      #expect(rule == .split)
    }
    try checkers.finish()
  }

  /// Multipliers below zero, of rows and balls that are not there, and claims turned round.
  @Test func refusesMultipliersBelowZero() throws {
    let checkers = BothCheckers("HandForgeryAttackTests, multipliers")
    let row = LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: -0.5)
    let cut = try Self.scene(-1, 1, rows: [row], ball: L1Ball(center: [-1], radius: 0.75))
    let plain = try Self.scene(-1, 1)
    let leaves = [
      leaf([], claim: -1), leaf([], claim: -0x1p-60), leaf([(0, 0, 8)], claim: -8),
      leaf(rows: [(0, -1)]), leaf(rows: [(0, -0x1p-1074)]), leaf(rows: [(1, 1)]),
      leaf(rows: [(0, 1), (0, 1)]), leaf(ball: -1), leaf(ball: -0x1p-1074),
      leaf([(0, 1, 1), (0, 0, 1)]), leaf([(0, 0, 1), (0, 0, 1)]), leaf([(1, 0, 1)]),
      leaf([(2, 0, 1)]), leaf([(0, 2, 1)]),
    ]
    for leaf in leaves {
      let rule = try checkers.rule(of: Self.forged(cut, [.leaf(leaf)]), cut.subject)
      #expect(rule == .multiplier)
    }
    for leaf in [leaf(rows: [(0, 1)]), leaf(ball: 1), leaf(ball: 0x1p-1074)] {
      let rule = try checkers.rule(of: Self.forged(plain, [.leaf(leaf)]), plain.subject)
      #expect(rule == .multiplier)
    }
    try checkers.finish()
  }
}
