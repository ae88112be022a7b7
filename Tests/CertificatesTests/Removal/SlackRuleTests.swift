import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

/// An error made in one layer counts in everything that later rewrites make of it.
@Suite struct SlackRuleTests {
  /// Units `a = x + 2` and `b = relu(x)`; then `p = 2a + 3b + 10`, a copy of it, and `b` bent by
  /// `2b - 1`; the output `4p + 5q + 6r`.
  private static func scene() throws -> RewriteScene {
    try RewriteScene([
      .init([[1], [1]], [2, 0]), .init([[2, 3], [2, 3], [0, 2]], [10, 10, -1]),
      .init([[4, 5, 6]], [0], .identity),
    ])
  }

  /// `relu(x)` by 1/2: an error of 1/2, of which `p` and its copy get 3/2, and the last one 1.
  private static let half = Rewrite.substitute(0, 1, [], 0.5)

  private static func kept(_ units: Int...) -> [(Int, [Int])] { [(0, [0]), (1, units), (2, [0])] }

  @Test func substitutions() throws {
    let both = BothCheckers("SlackRuleTests, substitutions")
    let scene = try Self.scene()
    let first = RewriteScene.Rows([[1]], [2])
    try scene.accept(
      [Self.half],
      [
        first, .init([[2], [2], [0]], [11.5, 11.5, 0]), .init([[4, 5, 6]], [0], .identity),
      ], kept: Self.kept(0, 1, 2), [4 * 1.5 + 5 * 1.5 + 6], both)
    // The copy: 3/2 + 3/2 at the unit, which the output reads 5 times; and 9 times what is left.
    try scene.accept(
      [Self.half, .substitute(1, 1, [(0, 1)])],
      [first, .init([[2], [0]], [11.5, 0]), .init([[9, 6]], [0], .identity)],
      kept: Self.kept(0, 2), [5 * 3 + 9 * 1.5 + 6], both)
    // By half of the unit: `a - 9/4` is left, and 3/2 + 3/4.
    try scene.accept(
      [Self.half, .substitute(1, 1, [(0, 0.5)], 8)],
      [first, .init([[2], [0]], [11.5, 0]), .init([[6.5, 6]], [40], .identity)],
      kept: Self.kept(0, 2), [5 * (1.25 + 1.5 + 0.75) + 6.5 * 1.5 + 6], both)
    // A new unit has the slack of the one that it is made of.
    try scene.accept(
      [Self.half, .addLinear(1, 0, shift: 1), .substitute(1, 1, [(3, 1)], -1)],
      [
        first, .init([[2], [0], [2]], [11.5, 0, 12.5]), .init([[4, 6, 5]], [-5], .identity),
      ], kept: Self.kept(0, 2, 3), [4 * 1.5 + 5 * 1.5 + 6 + 5 * 3], both)
    try both.finish()
  }

  /// A bent unit by its opposite, both with a slack: that of the other one counts twice.
  @Test func oppositeUnits() throws {
    let both = BothCheckers("SlackRuleTests, oppositeUnits")
    let scene = try RewriteScene([
      .init([[1], [1]], [2, 0]), .init([[1, 1], [-1, -1]], [-3, 3]),
      .init([[1, 1]], [0], .identity),
    ])
    // p = x + 2 + relu(x) - 3 in -2 … 1; without relu(x) = 1/2 ± 1/2 it is x - 1/2.
    try scene.accept(
      [
        .substitute(0, 1, [], 0.5), .addLinear(1, 0, shift: 2),
        .substitute(1, 1, [(0, 1), (2, -1)], 2),
      ],
      [
        .init([[1]], [2]), .init([[1], [1]], [-2.5, -0.5]), .init([[2, -1]], [2], .identity),
      ], kept: [(0, [0]), (1, [0, 2]), (2, [0])],
      // The substitution: of the unit, of the new one, twice of the opposite one; then the layer.
      [0.5 + 0.5 + 2 * 0.5 + (2 * 0.5 + 0.5)], both)
    try both.finish()
  }

  @Test func linearLayers() throws {
    let both = BothCheckers("SlackRuleTests, linearLayers")
    let scene = try Self.scene()
    let first = RewriteScene.Rows([[1]], [2])
    // 4p + 5q = 18 a + 103.5 with a in 1 … 3; the error is 9 · 3/2, and 6 by the last unit.
    try scene.accept(
      [Self.half, .replace(1, [0, 1], rows: [0], shifts: [-18])],
      [first, .init([[0], [18]], [0, -18]), .init([[6, 1]], [121.5], .identity)],
      kept: Self.kept(2, 3), [9 * 1.5 + 6], both)
    try scene.accept(
      [Self.half, .replace(1, [0, 1], inputShifts: [-1])],
      [first, .init([[0], [1]], [0, -1]), .init([[6, 18]], [121.5], .identity)],
      kept: Self.kept(2, 3), [9 * 1.5 + 6], both)
    // `r` by its middle 1/2, and the rest folded.
    try scene.accept(
      [Self.half, .substitute(1, 2, [], 0.5), .foldLayer(1)],
      [first, .init([[18]], [106.5], .identity)], kept: [(0, [0]), (2, [0])], [9 * 1.5 + 6 * 0.5],
      both)
    // A folded layer has as many columns as the layer before has units, and more may come.
    try scene.accept(
      [
        .substitute(1, 2, [], 0.5), .foldLayer(1), .addLinear(0, 1, shift: 1),
        .substitute(0, 0, [(2, 1)], 1), .substitute(0, 1, [], 0.5),
      ],
      [.init([[1]], [1]), .init([[18]], [93 + 18 + 13.5], .identity)],
      kept: [(0, [2]), (2, [0])], [27 * 0.5 + 6 * 0.5], both)
    // Both units by constants: 2 + 3/2 and 1; the error of the relu units is no larger.
    try scene.accept(
      [.substitute(0, 0, [], 2), Self.half, .makeConstant(0)],
      [.init([[0]], [9 * 15.5], .identity)], kept: [(2, [0])], [9 * 3.5 + 6 * 1], both)
    try both.finish()
  }

  /// A layer with two inputs folded into one that had one column: columns are numbered anew.
  @Test func foldedLayersAreReadFurther() throws {
    let both = BothCheckers("SlackRuleTests, foldedLayersAreReadFurther")
    let scene = try RewriteScene([
      .init([[1], [-1], [2]], [0, 0, 0]), .init([[1, 2, 4]], [1]),
      .init([[3], [5]], [0, 0], .identity),
    ])
    // relu(x) = relu(2x) / 2 after the fold; the matrix had no third column.
    try scene.accept(
      [.foldLayer(1), .substitute(0, 0, [(2, 0.5)])],
      [.init([[-1], [2]], [0, 0]), .init([[6, 13.5], [10, 22.5]], [3, 5], .identity)],
      kept: [(0, [1, 2]), (2, [0, 1])], [0, 0], both)
    try both.finish()
  }

  /// A linear unit whose row has become 0 is its bias, whatever was proved of its range.
  @Test func linearUnitsWithoutRows() throws {
    let both = BothCheckers("SlackRuleTests, linearUnitsWithoutRows")
    let scene = try RewriteScene([
      .init([[1], [1], [1]], [2, 3, 0]), .init([[1, -1, 0], [0, 0, 1]], [5, 0]),
      .init([[2, 1]], [0], .identity),
    ])
    // x + 2 less x + 3 and 5 is 4, but in 2 … 6 by the ranges of both.
    for (constant, error) in [(4.0, 0.0), (3, 1), (6, 2), (7, 3)] {
      try scene.accept(
        [.replace(0, [0, 1], rows: [], shifts: []), .substitute(1, 0, [], constant)],
        [.init([[1]], [0]), .init([[1]], [0]), .init([[1]], [2 * constant], .identity)],
        kept: [(0, [2]), (1, [1]), (2, [0])], [2 * error], both)
    }
    // Without the first step the ranges count.
    try scene.accept(
      [.substitute(1, 0, [], 4)],
      [
        .init([[1], [1], [1]], [2, 3, 0]), .init([[0, 0, 1]], [0]), .init([[1]], [8], .identity),
      ], kept: [(0, [0, 1, 2]), (1, [1]), (2, [0])], [4], both)
    try both.finish()
  }

  /// Layers without units are folded and replaced like others, and never crash.
  @Test func layersWithoutUnits() throws {
    let both = BothCheckers("SlackRuleTests, layersWithoutUnits")
    let scene = try RewriteScene([
      .init([[1]], [-2]), .init([[5], [1]], [1, 2]), .init([[2, 3]], [1], .identity),
    ])
    let gone = Rewrite.removeInactive(UnitID(layer: 0, index: 0))
    let constant: [RewriteScene.Rows] = [.init([[0]], [9], .identity)]
    let kept = [(2, [0])]
    for middle: [Rewrite] in [
      [], [.foldLayer(1)], [.replace(1, [0, 1], inputShifts: [])],
      [.replace(1, [0, 1], rows: [0], shifts: [0])],
      [.addLinear(1, 0, shift: 0), .substitute(1, 0, [(2, 1)])],
      [.substitute(1, 0, [], 1), .substitute(1, 1, [], 2)],
    ] {
      try scene.accept([gone] + middle + [.makeConstant(0)], constant, kept: kept, [0], both)
    }
    try scene.refuse([gone, .foldLayer(0)], both)
    try scene.refuse([gone, .foldLayer(1), .makeConstant(1)], both)
    try scene.refuse([gone, .substitute(0, 0, [], 0)], both)
    try scene.refuse([gone, .replace(0, [], inputShifts: [])], both)
    try both.finish()
  }
}
