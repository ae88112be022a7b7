import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Plans keep the function on the domain, within the proved difference.
@Suite struct RemovalPlannerTests {
  private func plan(
    _ network: Network, _ domain: InputDomain, plainLayerCount: Int? = nil
  ) throws -> RemovalPlan {
    let proved = try CertificateChecker.replay([], network: ExactNetwork(network), domain: domain)
    var options = RemovalOptions()
    options.plainLayerCount = plainLayerCount
    return try RemovalPlanner(proved: proved, options: options).plan()
  }

  private func outputs(_ network: Network, at point: [Dyadic]) -> [Dyadic] {
    let values = ExactNetwork(network).preactivations(at: point).last ?? []
    let activations = network.layers.last?.activations ?? []
    return zip(values, activations).map { $1 == .relu ? max($0, .zero) : $0 }
  }

  private func expectSameFunction(
    _ network: Network, _ domain: InputDomain, _ plan: RemovalPlan, seed: UInt64 = 1
  ) {
    for point in RandomNetworks.points(of: domain, count: 40, seed: seed) {
      let before = outputs(network, at: point)
      let after = outputs(plan.network, at: point)
      for (i, bound) in plan.difference.enumerated() {
        #expect((before[i] - after[i]).magnitude <= bound, "output \(i)")
      }
    }
  }

  @Test(arguments: 0..<60)
  func randomPlansKeepTheFunction(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.3)
    let domain = try RandomNetworks.box(for: network)
    let plan = try plan(network, domain)
    expectSameFunction(network, domain, plan, seed: UInt64(seed))
    #expect(plan.after.parameters <= plan.before.parameters)
    #expect(plan.network.layers.map(\.unitCount) == plan.working.kept.map(\.units.count))
  }

  /// `relu(x + y - 3)` on [0,1]² never fires; `relu(1)` is constant; nothing reads the third.
  @Test func inactiveConstantAndUnreadUnitsGo() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1, 1], [0, 0], [1, -1], [1, -1]]), biases: [-3, 1, 0, 0],
          activation: .relu),
        Layer(weights: Matrix(rows: [[5, 2, 0, 1]]), biases: [0.5], activation: .identity),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: 0, upper: 1, count: 2))
    let plan = try plan(network, domain)
    #expect(
      plan.items.map(\.rewrite) == [
        .removeInactive(UnitID(layer: 0, index: 0)), .foldConstant(UnitID(layer: 0, index: 1)),
        .removeUnread(UnitID(layer: 0, index: 2)),
      ])
    #expect(plan.network.layers[1].biases == [2.5])
    #expect(plan.tier == .exact)
    #expect(plan.difference == [.zero])
    #expect(
      plan.items[0].saved == NetworkSize(units: 1, parameters: 4, nonzeros: 4, type: .float32))
    expectSameFunction(network, domain, plan)
    #expect(plan.items.map(\.level) == [.floatSafe, .exact, .floatSafe])
    let report = PlanReport(plan, domain: domain)
    #expect(report.levelLines.dropFirst().first == "Levels: 2 float-safe, 1 exact.")
    // Behind a layer that is not plain, a zero need not be a zero term.
    for count in 0...1 {
      let weaker = try self.plan(network, domain, plainLayerCount: count)
      #expect(weaker.items.map(\.level) == [.exact, .exact, .exact])
    }
  }

  /// Three units of which one thing is not proved each.
  ///
  /// The greatest value of the first is 0, so a runtime may round above. The constant of the second gives a bias that is no float32. The third is not read,
  /// but its sum may overflow.
  @Test func levelsAreNotBetterThanWhatIsProved() throws {
    let third = Double(Float(1.0 / 3))
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1], [0], [0x1p127], [-1]]), biases: [-1, third, 0, 0.5],
          activation: .relu),
        Layer(weights: Matrix(rows: [[5, third, 0, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let plan = try plan(network, try InputDomain(box: Box(lower: 0, upper: 1, count: 1)))
    #expect(
      plan.items.map(\.rewrite.rule) == ["remove-inactive", "fold-constant", "remove-unread"])
    #expect(plan.items.map(\.level) == [.exact, .bounded, .exact])
    #expect(plan.difference[0] > .zero)
  }

  @Test func affineLayersFoldAndDeadLayersMakeTheNetworkConstant() throws {
    let domain = try InputDomain(box: Box(lower: 0, upper: 1, count: 1))
    let affine = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [2]]), biases: [1, 0.1], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 3]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    let folded = try plan(affine, domain)
    #expect(folded.items.map(\.rewrite) == [.foldLayer(0)])
    #expect(folded.items.map(\.level) == [.bounded])
    #expect(folded.network.layers.count == 1)
    expectSameFunction(affine, domain, folded)
    let dead = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [-2, -1], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 1]]), biases: [7], activation: .relu),
        Layer(weights: Matrix(rows: [[-2]]), biases: [1], activation: .identity),
      ], scalarType: .float32)
    let constant = try plan(dead, domain)
    #expect(constant.items.last?.rewrite == .makeConstant(0))
    #expect(constant.items.map(\.level) == [.floatSafe, .floatSafe, .exact, .exact])
    #expect(constant.network.layers.count == 1)
    #expect(constant.network.layers[0].weights.elements == [0])
    #expect(constant.network.layers[0].biases == [-13])
    expectSameFunction(dead, domain, constant)
  }

  @Test func roundingIsBoundedAndProtectedLayersStay() throws {
    let domain = try InputDomain(box: Box(lower: 0, upper: 1, count: 1))
    let third = Double(Float(1.0 / 3))
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[third]]), biases: [third], activation: .identity),
        Layer(weights: Matrix(rows: [[third]]), biases: [third], activation: .identity),
      ], scalarType: .float32)
    let folded = try plan(network, domain)
    #expect(folded.difference[0] > .zero)
    #expect(folded.items.map(\.level) == [.bounded])
    expectSameFunction(network, domain, folded)
    let proved = try CertificateChecker.replay([], network: ExactNetwork(network), domain: domain)
    var options = RemovalOptions()
    options.elementwiseLayers = [0]
    #expect(try RemovalPlanner(proved: proved, options: options).plan().items.isEmpty)
  }
}
