import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// What each rule finds on networks that are worked out by hand.
@Suite struct RemovalGoldenTests {
  private func network(
    _ layers: (rows: [[Double]], biases: [Double], activation: Activation)...
  ) throws -> Network {
    try Network(
      layers: layers.map {
        Layer(weights: Matrix(rows: $0.rows), biases: $0.biases, activation: $0.activation)
      }, scalarType: .float32)
  }

  private func plan(
    _ network: Network, _ rules: Set<RemovalRule>, change: (inout RemovalOptions) -> Void = { _ in }
  ) throws -> RemovalPlan {
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: network.inputCount))
    let proved = try CertificateChecker.replay([], network: ExactNetwork(network), domain: domain)
    var options = RemovalOptions()
    options.rules = rules
    change(&options)
    return try RemovalPlanner(proved: proved, options: options).plan()
  }

  private func substitution(
    _ unit: Int, _ terms: [(Int, Double)], _ constant: Double = 0
  ) -> Rewrite {
    .substitute(
      Substitution(
        unit: UnitID(layer: 0, index: unit),
        terms: terms.map { .init(index: $0.0, value: Dyadic($0.1)) },
        constant: Dyadic(constant)))
  }

  private func replacement(
    _ units: [Int], _ form: LinearReplacement.Form, shifts: [Double]
  ) -> Rewrite {
    .replaceLinear(
      LinearReplacement(
        layer: 0, units: units, form: form, shifts: shifts.map { Dyadic($0) }))
  }

  /// `x + y + 5` is the sum of `x + 2`, `y + 2` and 1.
  @Test func dependentRows() throws {
    let plan = try plan(
      network(
        ([[1, 0], [0, 1], [1, 1], [1, 0]], [2, 2, 5, 0], .relu),
        ([[1, 2, 4, 8]], [0], .identity)), [.dependent])
    #expect(plan.items.map(\.rewrite) == [substitution(2, [(0, 1), (1, 1)], 1)])
    #expect(plan.items.map(\.level) == [.exact])
    #expect(plan.network.layers[1].weights.elements == [5, 6, 8])
    #expect(plan.network.layers[1].biases == [4])
    #expect(plan.difference == [.zero] && plan.tier == .exact)
  }

  /// Four linear units of which the output reads `8x + y + 33`.
  @Test func linearUnitsByRows() throws {
    let first: (rows: [[Double]], biases: [Double], activation: Activation) = (
      [[1, 0], [0, 1], [1, 1], [1, -1], [1, 0]], [2, 2, 5, 3, 0], .relu
    )
    let one = try plan(network(first, ([[1, 2, 3, 4, 5]], [0], .identity)), [.linear])
    #expect(
      one.items.map(\.rewrite) == [replacement([0, 1, 2, 3], .rows([0], mix: []), shifts: [9])])
    #expect(one.network.layers[0].weights.elements == [1, 0, 8, 1])
    #expect(one.network.layers[0].biases == [0, 9])
    #expect(one.network.layers[1].weights.elements == [5, 1])
    #expect(one.network.layers[1].biases == [24])
    #expect(one.difference == [.zero])
    // A second output that reads -2 times that, and a third that reads none of it.
    let three = try plan(
      network(
        first,
        (
          [[1, 2, 3, 4, 5], [-2, -4, -6, -8, 0], [0, 0, 0, 0, 7]], [0, 1, 2], .identity
        )), [.linear])
    let mix = [LinearReplacement.Mix(unit: 1, weights: [Dyadic(-2)])]
    #expect(
      three.items.map(\.rewrite) == [
        replacement([0, 1, 2, 3], .rows([0], mix: mix), shifts: [9])
      ])
    #expect(three.network.layers[1].weights.elements == [5, 1, 0, -2, 7, 0])
    #expect(three.network.layers[1].biases == [24, -47, 2])
    #expect(three.difference == [.zero, .zero, .zero])
  }

  /// The outputs read `x + y`, `x - y` and `x`: the two inputs have fewer numbers than two rows.
  @Test func linearUnitsByInputs() throws {
    let network = try network(
      ([[1, 0], [0, 1], [1, 1], [1, -1]], [4, 4, 5, 5], .relu),
      ([[2, 2, -1, 0], [2, -2, 0, -1], [2, 0, -0.5, -0.5]], [0, 0, 0], .identity))
    let plan = try plan(network, [.linear]) { $0.measure = .nonzeros }
    #expect(
      plan.items.map(\.rewrite) == [replacement([0, 1, 2, 3], .inputs, shifts: [1, 1])])
    #expect(plan.network.layers[0].weights.elements == [1, 0, 0, 1])
    #expect(plan.network.layers[1].weights.elements == [1, 1, 1, -1, 1, 0])
    #expect(plan.network.layers[1].biases == [9, -5, 2])
    #expect(plan.difference == [.zero, .zero, .zero])
  }

  @Test func proportionalUnits() throws {
    let twice = try plan(
      network(([[1], [2], [-1]], [0, 0, 0], .relu), ([[1, 3, 5]], [0], .identity)),
      [.proportional])
    #expect(twice.items.map(\.rewrite) == [substitution(1, [(0, 2)])])
    #expect(twice.network.layers[1].weights.elements == [7, 5])
    #expect(twice.difference == [.zero])
    // A third is no stored number, but the weight that it gives is, nearly.
    let third = try plan(
      network(([[3], [1]], [0.75, 0.25], .relu), ([[1, 3]], [0], .identity)), [.proportional])
    #expect(third.items.count == 1)
    #expect(third.network.layers[1].weights.elements == [2])
    let limit = Dyadic.one.scaled(byPowerOfTwo: -100)
    #expect(third.difference[0] > .zero && third.difference[0] < limit)
    // Different biases, or a direction only alike.
    let other = try plan(
      network(
        ([[1, 1], [2, 2], [1, 2]], [0.5, 0.5, 0.5], .relu), ([[1, 3, 5]], [0], .identity)),
      [.proportional])
    #expect(other.items.isEmpty)
  }

  /// `relu(-x) = relu(x) - (x + 1) + 1` pays where linear units are replaced anyway.
  @Test func oppositeUnits() throws {
    let network = try network(
      ([[1], [-1], [1], [1]], [0, 0, 2, 3], .relu), ([[1, 2, 4, 8]], [0], .identity))
    let plan = try plan(network, [.proportional, .linear])
    #expect(
      plan.items.map(\.rewrite) == [
        .addLinear(UnitID(layer: 0, index: 0), shift: .one),
        substitution(1, [(0, 1), (4, -1)], 1),
        replacement([2, 3, 4], .rows([0], mix: []), shifts: [10]),
      ])
    #expect(plan.network.layers[0].weights.elements == [1, 10])
    #expect(plan.network.layers[0].biases == [0, 10])
    #expect(plan.network.layers[1].weights.elements == [3, 1])
    #expect(plan.network.layers[1].biases == [22])
    #expect(plan.difference == [.zero])
    // Without R8 both bent units stay; without linear units there is nothing to gain.
    #expect(try self.plan(network, [.linear]).network.layers[0].unitCount == 3)
    let bare = try self.network(([[1], [-1]], [0, 0], .relu), ([[1, 2]], [0], .identity))
    #expect(try self.plan(bare, [.proportional, .linear]).items.isEmpty)
  }

  /// `relu(x / 4)` by 1/8 moves the output by a quarter; `relu(x)` by 1/2 would move it by a half.
  @Test func smallUnits() throws {
    let network = try network(
      ([[0.25], [1]], [0, 0], .relu), ([[2, 1]], [0], .identity))
    let plan = try plan(network, [.midpoint]) { $0.maximumError = 0.5 }
    #expect(plan.items.map(\.rewrite) == [substitution(0, [], 0.125)])
    #expect(plan.items.map(\.level) == [.approximate] && plan.tier == .bounded)
    #expect(plan.network.layers[1].biases == [0.25])
    #expect(plan.difference == [Dyadic(0.25)])
    for error in [0.125, 0] {
      #expect(try self.plan(network, [.midpoint]) { $0.maximumError = error }.items.isEmpty)
    }
    #expect(try self.plan(network, [.midpoint]).items.isEmpty)
    // The last unit stays where R7 may not make a constant of what is left.
    #expect(try self.plan(network, [.midpoint]) { $0.maximumError = 9 }.items.count == 1)
    let constant = try self.plan(network, [.midpoint, .emptyLayer]) { $0.maximumError = 9 }
    #expect(constant.network.layers.count == 1)
    #expect(constant.network.layers[0].biases == [0.75])
    #expect(constant.difference == [Dyadic(0.75)])
  }

  @Test func errorsThatAreNone() throws {
    let network = try network(([[1]], [0], .relu), ([[1]], [0], .identity))
    for error in [-1, -Double.leastNonzeroMagnitude, .infinity, .nan] {
      #expect(throws: RemovalFailure.self) {
        try plan(network, [.midpoint]) { $0.maximumError = error }
      }
    }
    // Rounding alone makes more, with and without R9.
    let third = Double(Float(1.0 / 3))
    let affine = try self.network(
      ([[third]], [third], .identity), ([[third]], [third], .identity))
    for rules: Set<RemovalRule> in [[.affineLayer], [.affineLayer, .midpoint]] {
      #expect(throws: RemovalFailure.self) {
        try plan(affine, rules) { $0.maximumError = 0x1p-60 }
      }
      #expect(try plan(affine, rules) { $0.maximumError = 0x1p-20 }.items.count == 1)
    }
    for layer in [-1, 1, 2] {
      #expect(throws: RemovalFailure.self) {
        try plan(network, [.inactive]) { $0.keptLayers = [layer] }
      }
    }
  }

  // MARK: Layers that might lose all units

  /// A dead layer keeps a unit where no constant is allowed, smaller or asked for.
  @Test func deadLayers() throws {
    let network = try network(
      ([[1, 1, 1], [-1, 0, 0]], [-4, -1], .relu),
      ([[1, 1], [2, 2], [3, 3]], [7, 8, 9], .identity))
    let all = Set(RemovalRule.allCases)
    let constant = try plan(network, all)
    #expect(constant.items.last?.rewrite == .makeConstant(0))
    #expect(constant.after.parameters == 12)
    #expect(try plan(network, all.subtracting([.emptyLayer])).after.units == 4)
    #expect(try plan(network, all) { $0.keptLayers = [0] }.items.isEmpty)
    let narrow = try self.network(
      ([[1, 1, 1]], [-4], .relu), ([[1], [2], [3]], [7, 8, 9], .identity))
    #expect(try plan(narrow, all).items.isEmpty)
    #expect(try plan(narrow, all) { $0.measure = .units }.after.units == 3)
  }

  /// Linear units that cancel leave nothing, and then a layer that reads nothing.
  @Test func cancellation() throws {
    let network = try network(
      ([[1], [1]], [2, 3], .relu), ([[1, -1], [2, -2]], [5, 4], .relu),
      ([[1, 1]], [1], .identity))
    for rules: Set<RemovalRule> in [
      [.linear, .emptyLayer], [.linear, .unread, .emptyLayer], [.linear, .dependent],
      [.linear, .dependent, .emptyLayer], [.dependent, .unread, .emptyLayer],
    ] {
      let plan = try plan(network, rules)
      #expect(plan.difference == [.zero], "\(rules)")
      #expect(plan.after.parameters <= plan.before.parameters)
      if rules.isSuperset(of: [.linear, .emptyLayer]) {
        #expect(plan.network.layers.map(\.biases) == [[7]])
      }
    }
  }

  /// An identity unit and a relu unit with one row are not the same.
  @Test func sameRowsOfOtherKinds() throws {
    let rows = Matrix(rows: [[1], [1], [2], [2]])
    let network = try Network(
      layers: [
        Layer(
          weights: rows, biases: [0, 0, 0, 0], activations: [.identity, .relu, .relu, .identity]),
        Layer(weights: Matrix(rows: [[1, 2, 3, 4]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let plan = try plan(network, [.proportional])
    #expect(plan.items.map(\.rewrite) == [substitution(3, [(0, 2)]), substitution(2, [(1, 2)])])
    #expect(plan.network.layers[1].weights.elements == [9, 8])
    #expect(plan.difference == [.zero])
  }
}
