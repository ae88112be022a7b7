import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

/// Every case of `substitute` and `add-linear` by hand, and every way to be refused.
@Suite struct SubstitutionRuleTests {
  private static let weights: [[Double]] = [
    [1, 0], [0, 1], [1, 1], [1, 0], [2, 0], [-1, 0], [1, 0], [1, 1],
  ]
  private static let biases: [Double] = [2, 2, 5, 0, 0, 0, -5, 0]
  private static let readings: [[Double]] = [
    [1, 2, 4, 8, 16, 32, 64, 128], [0, 0, 1, 0, 1, 1, 0, -1],
  ]

  /// Units of layer 0: `x + 2`, `y + 2`, `x + y + 5` are linear; `x`, `2x`, `-x`, `x + y` are bent;
  /// `x - 5` is inactive.
  private static func scene() throws -> RewriteScene {
    try RewriteScene([
      .init(weights, biases), .init(readings, [0, 1], .identity),
    ])
  }

  /// The layers with other readings, without some units.
  private static func layers(
    without units: Set<Int>, _ readings: [[Double]], _ outputBiases: [Double],
    added: [([Double], Double)] = []
  ) -> [RewriteScene.Rows] {
    let left = biases.indices.filter { !units.contains($0) }
    let all = left + Array(biases.count..<readings[0].count)
    return [
      .init(left.map { weights[$0] } + added.map(\.0), left.map { biases[$0] } + added.map(\.1)),
      .init(readings.map { row in all.map { row[$0] } }, outputBiases, .identity),
    ]
  }

  /// The readings with some numbers added, per output and unit.
  private static func readings(adding changes: [(Int, Int, Double)]) -> [[Double]] {
    changes.reduce(into: readings) { $0[$1.0][$1.1] += $1.2 }
  }

  private static func without(_ units: Int...) -> [(Int, [Int])] {
    [(0, biases.indices.filter { !units.contains($0) }), (1, [0, 1])]
  }

  @Test func acceptsConstants() throws {
    let both = BothCheckers("SubstitutionRuleTests, acceptsConstants")
    let scene = try Self.scene()
    // Unit 7 is in 0 … 2, unit 6 is 0, unit 0 is in 1 … 3.
    for (unit, constant, error) in [
      (7, 1.0, 1.0), (7, 0.5, 1.5), (7, 1.5, 1.5), (7, 3, 3), (7, -1, 3), (6, 0, 0), (6, 2, 2),
      (0, 2, 1), (0, 0, 3),
    ] {
      let factors = Self.readings.map { $0[unit] }
      try scene.accept(
        [.substitute(0, unit, [], constant)],
        Self.layers(
          without: [unit], Self.readings, [constant * factors[0], 1 + constant * factors[1]]),
        kept: Self.without(unit), factors.map { abs($0) * error }, both)
    }
    try both.finish()
  }

  @Test func acceptsSumsOfLinearUnits() throws {
    let both = BothCheckers("SubstitutionRuleTests, acceptsSumsOfLinearUnits")
    let scene = try Self.scene()
    // x + y + 5 = (x + 2) + (y + 2) + 1
    for (constant, error) in [(1.0, 0.0), (1.5, 0.5), (0.75, 0.25)] {
      try scene.accept(
        [.substitute(0, 2, [(0, 1), (1, 1)], constant)],
        Self.layers(
          without: [2], Self.readings(adding: [(0, 0, 4), (0, 1, 4), (1, 0, 1), (1, 1, 1)]),
          [4 * constant, 1 + constant]), kept: Self.without(2), [4 * error, error], both)
    }
    // x + 2 by x + y + 5 and half of y + 2: 3/2 y is too much, and 1/2.
    try scene.accept(
      [.substitute(0, 0, [(1, 0.5), (2, 1)], -3.5)],
      Self.layers(without: [0], Self.readings(adding: [(0, 1, 0.5), (0, 2, 1)]), [-3.5, 1]),
      kept: Self.without(0), [2, 0], both)
    try both.finish()
  }

  @Test func acceptsMultiplesOfBentUnits() throws {
    let both = BothCheckers("SubstitutionRuleTests, acceptsMultiplesOfBentUnits")
    let scene = try Self.scene()
    // relu(2x) by c relu(x) + constant
    for (factor, constant, error) in [(2.0, 0.0, 0.0), (1.5, 0, 0.5), (2, 0.25, 0.25), (3, -1, 2)] {
      try scene.accept(
        [.substitute(0, 4, [(3, factor)], constant)],
        Self.layers(
          without: [4], Self.readings(adding: [(0, 3, 16 * factor), (1, 3, factor)]),
          [16 * constant, 1 + constant]), kept: Self.without(4), [16 * error, error], both)
    }
    // relu(-x) by relu(x) - x, where x = unit 0 less 2
    for (constant, error) in [(2.0, 0.0), (2.25, 0.25), (1, 1)] {
      try scene.accept(
        [.substitute(0, 5, [(0, -1), (3, 1)], constant)],
        Self.layers(
          without: [5], Self.readings(adding: [(0, 0, -32), (0, 3, 32), (1, 0, -1), (1, 3, 1)]),
          [32 * constant, 1 + constant]), kept: Self.without(5), [32 * error, error], both)
    }
    // A linear relu unit by a bent one: |2| + |2|, better than |2x + 2| + |2 + x|.
    try scene.accept(
      [.substitute(0, 0, [(3, 1)], 2)],
      Self.layers(without: [0], Self.readings(adding: [(0, 3, 1)]), [2, 1]),
      kept: Self.without(0), [4, 0], both)
    // x by half of the unit for 2x and by unit 1: |0| + |y + 2 - 2|.
    try scene.accept(
      [.substitute(0, 3, [(1, 1), (4, 0.5)], -2)],
      Self.layers(without: [3], Self.readings(adding: [(0, 1, 8), (0, 4, 4)]), [-16, 1]),
      kept: Self.without(3), [8, 0], both)
    try both.finish()
  }

  /// The error is rounded up to 53 bits before it is multiplied, and the sum once more.
  @Test func errorsAreRoundedUp() throws {
    let both = BothCheckers("SubstitutionRuleTests, errorsAreRoundedUp")
    let constant = Dyadic(1) + Dyadic(0x1p-60)
    let substitution = Substitution(unit: UnitID(layer: 0, index: 7), terms: [], constant: constant)
    try Self.scene().accept(
      [.substitute(substitution)], Self.layers(without: [7], Self.readings, [128, -0x1p-60]),
      kept: Self.without(7), [128 + 0x1p-44, 1 + 0x1p-52], both)
    try both.finish()
  }

  @Test func refusesSubstitutions() throws {
    let both = BothCheckers("SubstitutionRuleTests, refusesSubstitutions")
    let scene = try Self.scene()
    let refused: [Rewrite] = [
      // Not ascending, twice, itself, zero, gone for ever, of the last layer.
      .substitute(0, 2, [(1, 1), (0, 1)], 1), .substitute(0, 2, [(0, 1), (0, 1)], 1),
      .substitute(0, 2, [(2, 1)]), .substitute(0, 2, [(0, 1), (1, 0)], 1),
      .substitute(0, 8, [], 1), .substitute(0, 2, [(8, 1)]), .substitute(0, 2, [(1 << 53, 1)]),
      .substitute(1, 0, [], 1), .substitute(1, 0, [(1, 1)]), .substitute(2, 0, [], 1),
      // Two bent units, a negative multiple, no bent unit for a bent one.
      .substitute(0, 7, [(3, 1), (4, 1)]), .substitute(0, 5, [(3, -1)]),
      .substitute(0, 5, [(0, -1), (3, -1)], 2), .substitute(0, 3, [(0, 1)], -2),
      .substitute(0, 6, [(0, 1)], -7), .substitute(0, 6, [(3, 1), (6, 1)]),
      // The inactive unit is not linear either.
      .substitute(0, 3, [(4, 1), (6, 1)]), .substitute(0, 3, [(6, -1)]),
    ]
    for rewrite in refused { try scene.refuse([rewrite], both) }
    try scene.refuse([.substitute(0, 0, [], 1), .substitute(0, 2, [(0, 1), (1, 1)], 1)], both)
    try scene.refuse([.substitute(0, 0, [], 1), .substitute(0, 0, [], 1)], both)
    try both.finish()
  }

  @Test func acceptsNewUnits() throws {
    let both = BothCheckers("SubstitutionRuleTests, acceptsNewUnits")
    let scene = try Self.scene()
    let added = Rewrite.addLinear(0, 3, shift: 1)
    let wider = Self.readings.map { $0 + [0] }
    try scene.accept(
      [added], Self.layers(without: [], wider, [0, 1], added: [([1, 0], 1)]),
      kept: [(0, Array(0..<9)), (1, [0, 1])], [0, 0], both)
    // Numbers are not given twice.
    try scene.accept(
      [added, .removeUnread(UnitID(layer: 0, index: 8)), .addLinear(0, 0, shift: -1)],
      Self.layers(without: [], wider, [0, 1], added: [([1, 0], 1)]),
      kept: [(0, Array(0..<8) + [9]), (1, [0, 1])], [0, 0], both)
    // relu(-x) = relu(x) - (x + 1) + 1
    var readings = wider
    readings[0][3] += 32
    readings[0][8] -= 32
    readings[1][3] += 1
    readings[1][8] -= 1
    try scene.accept(
      [added, .substitute(0, 5, [(3, 1), (8, -1)], 1)],
      Self.layers(without: [5], readings, [32, 2], added: [([1, 0], 1)]),
      kept: [(0, [0, 1, 2, 3, 4, 6, 7, 8]), (1, [0, 1])], [0, 0], both)
    try both.finish()
  }

  @Test func refusesNewUnits() throws {
    let both = BothCheckers("SubstitutionRuleTests, refusesNewUnits")
    let scene = try Self.scene()
    let refused: [Rewrite] = [
      .addLinear(0, 3, shift: 1.0.nextDown), .addLinear(0, 3, shift: -1),
      .addLinear(0, 0, shift: -1.0.nextUp), .addLinear(0, 8, shift: 9),
      .addLinear(1, 0, shift: 99), .addLinear(2, 0, shift: 9), .addLinear(1 << 53, 0, shift: 9),
    ]
    for rewrite in refused { try scene.refuse([rewrite], both) }
    try scene.refuse([.substitute(0, 0, [], 1), .addLinear(0, 0, shift: 9)], both)
    // The new unit is bent if it is cut off, whatever it is made of.
    try scene.refuse([.addLinear(0, 3, shift: 1), .addLinear(0, 8, shift: -0.5)], both)
    try both.finish()
  }
}
