import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

/// Forgeries made by hand, each for one thing that a careless checker would forget.
@Suite struct HandForgeryAttackTests {
  /// `x` and `-x`, and behind them `x + 1/2`, 1 and `1/4 - |x|`, on a domain in one input.
  ///
  /// Intervals are loose there: what is false does not contradict them.
  private static func scene(
    _ low: Double, _ high: Double, rows: [LinearRow] = [], ball: L1Ball? = nil,
    member: Double? = nil
  ) throws -> Scene {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [0, 0], activation: .relu),
        Layer(
          weights: Matrix(rows: [[1, -1], [0, 0], [-1, -1]]), biases: [0.5, 1, 0.25],
          activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    let domain = try InputDomain(box: Box(lower: [low], upper: [high]), rows: rows, ball: ball)
    return try Scene(network, domain, member: [Dyadic(member ?? low)])
  }

  private static let left = UnitID(layer: 0, index: 0)
  private static let right = UnitID(layer: 0, index: 1)
  private static let target = UnitID(layer: 1, index: 0)

  /// A tree that proves `z ≤ 0` of a unit that is above 0 somewhere.
  private static func forged(
    _ scene: Scene, _ nodes: [TreeNode], on unit: UnitID = target
  ) -> Certificate {
    let step = Step(unit: unit, side: .upper, proof: .tree(bound: .zero, nodes: nodes))
    return scene.certificate([step], claims: [Scene.verdict(unit, .upper, bound: .zero)])
  }

  private static func row(_ coefficient: Double, _ bound: Double) -> LinearRow {
    LinearRow(terms: [.init(input: 0, coefficient: coefficient)], bound: bound)
  }

  private static let nothing = TreeNode.leaf(leaf([], claim: 0))
  private static let both = TreeNode.leaf(leaf([(0, 0, 1), (0, 1, 1)], claim: 0))

  /// With `m = 0` and `B = 0` a branch is not empty: it may be a point.
  @Test func refusesEmptyBranchesThatAreNot() throws {
    let checkers = BothCheckers("HandForgeryAttackTests, empty branches")
    // A point may be cut out of a box by rows or a ball, which intervals do not see.
    let scenes = try [
      Self.scene(-1, 1), Self.scene(0, 0), Self.scene(0, 1), Self.scene(-0.25, -0.25),
      Self.scene(-1, 1, rows: [Self.row(1, 0), Self.row(-1, 0)], member: 0),
      Self.scene(-1, 1, rows: [Self.row(1, 0.5), Self.row(-1, 0.25)], member: 0),
      Self.scene(-1, 1, ball: L1Ball(center: [0], radius: 0), member: 0),
      Self.scene(-1, 1, ball: L1Ball(center: [0.5], radius: 0), member: 0.5),
    ]
    for scene in scenes {
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
    // Each of these would prove `x ≤ 0` where x ≥ 1/2 if it were allowed.
    let rows = [Self.row(1, 2), Self.row(-1, -0.5)]
    let cut = try Self.scene(
      -1, 1, rows: rows, ball: L1Ball(center: [0], radius: 4), member: 0.5)
    let leaves = [
      leaf(rows: [(0, -8)]), leaf(ball: -8), leaf(rows: [(1, 1)], claim: -1),
      leaf(rows: [(0, -8)], ball: 1), leaf(rows: [(1, 8)], ball: -8, claim: 0),
      leaf(rows: [(0, -8)], claim: 0), leaf(rows: [(1, 0x1p-60)], claim: -0x1p-60),
    ]
    // These would not, but have no place either.
    let misplaced = [
      leaf(rows: [(0, -0x1p-1074)]), leaf(ball: -0x1p-1074), leaf(rows: [(2, 1)]),
      leaf(rows: [(0, 1), (0, 1)]), leaf([(0, 1, 1), (0, 0, 1)]), leaf([(0, 0, 1), (0, 0, 1)]),
      leaf([(1, 0, 1)]), leaf([(2, 0, 1)]), leaf([(0, 2, 1)]), leaf([], claim: -1),
    ]
    for (leaf, unit) in leaves.map({ ($0, Self.left) }) + misplaced.map({ ($0, Self.target) }) {
      let rule = try checkers.rule(of: Self.forged(cut, [.leaf(leaf)], on: unit), cut.subject)
      #expect(rule == .multiplier)
    }
    let plain = try Self.scene(-1, 1)
    for leaf in [leaf(rows: [(0, 1)]), leaf(ball: 1), leaf(ball: 0x1p-1074)] {
      let rule = try checkers.rule(of: Self.forged(plain, [.leaf(leaf)]), plain.subject)
      #expect(rule == .multiplier)
    }
    try checkers.finish()
  }

  /// A summand is largest between its ends: at 0, where the unit bends, or at the center.
  @Test func refusesToForgetWhatIsBetweenTheEnds() throws {
    let checkers = BothCheckers("HandForgeryAttackTests, candidates")
    // With ν = -1/2 twice, `1/4 - |x|` is at most 1/4 + 2 max(-|z| / 2): at the ends that is -3/4.
    let hat = UnitID(layer: 1, index: 2)
    let half = [(0, 0, -0.5), (0, 1, -0.5)]
    let plain = try Self.scene(-1, 1)
    for claim in [1, 0x1p-30, 1024] {
      let scaled = half.map { ($0.0, $0.1, $0.2 * claim) }
      let forged = Self.forged(plain, [.leaf(leaf(scaled, claim: claim))], on: hat)
      #expect(try checkers.rule(of: forged, plain.subject) == .leafBound)
    }
    // Nothing is left of x, and -μ |x| + μ/2 is at most -μ/2 at the ends.
    let ball = try Self.scene(-1, 1, ball: L1Ball(center: [0], radius: 0.5), member: 0)
    for weight in [1.0, 8, 1024] {
      let forged = Self.forged(ball, [.leaf(leaf(half, ball: weight))], on: hat)
      #expect(try checkers.rule(of: forged, ball.subject) == .leafBound)
    }
    try checkers.finish()
  }
}
