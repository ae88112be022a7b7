import CBCBackend
import Certificates
import ExactArithmetic
import ModelIO
import NeuralNetwork
import Testing

@testable import Espalier

/// No float32 input and no order of summation gives a float-safe unit the sign that its verdict
/// excludes; the same search does find that for units that are stable but not float-safe.
@Suite struct FloatPromiseTests {
  /// What searches came to.
  private struct Tally: CustomStringConvertible {
    var unitCount = 0
    var brokenCount = 0
    var evaluationCount = 0
    var usedShare = 0.0

    mutating func add(_ finding: FloatAdversary.Finding) {
      unitCount += 1
      brokenCount += finding.isBroken ? 1 : 0
      evaluationCount += finding.evaluationCount
      usedShare = max(usedShare, finding.usedShare)
    }

    mutating func merge(_ other: Tally) {
      unitCount += other.unitCount
      brokenCount += other.brokenCount
      evaluationCount += other.evaluationCount
      usedShare = max(usedShare, other.usedShare)
    }

    var description: String {
      "\(brokenCount) of \(unitCount) units broken by \(evaluationCount) evaluations, at most "
        + "\(ShortNumber.text(usedShare)) of the bound used"
    }
  }

  private func attackNearMisses(
    _ scale: NearMissNetworks.Scale, _ margin: NearMissNetworks.Margin, seeds: Range<Int>
  ) throws -> Tally {
    var tally = Tally()
    for seed in seeds {
      var networks = NearMissNetworks(seed: UInt64(seed), scale: scale, margin: margin)
      let sample = try networks.sample()
      let bound = FloatEvaluationBound(sample.proved, plainLayerCount: 3)
      var adversary = try #require(
        FloatAdversary(proved: sample.proved, plainLayerCount: 3, seed: UInt64(seed)))
      for (unit, stability) in sample.targets {
        #expect(bound.isFloatSafe(unit, stability) == (margin == .floatSafe))
        tally.add(adversary.attack(unit, stability, starts: 6, moves: 60))
      }
    }
    print("\(scale), \(margin), seeds \(seeds): \(tally)")
    return tally
  }

  @Test(arguments: NearMissNetworks.Scale.allCases)
  func unitsJustSafeAreNeverBroken(scale: NearMissNetworks.Scale) throws {
    let tally = try attackNearMisses(scale, .floatSafe, seeds: 0..<5)
    #expect(tally.unitCount > 50)
    #expect(tally.brokenCount == 0)
    #expect(tally.usedShare > 0 && tally.usedShare <= 1)
  }

  /// The search is able to break what can be broken.
  @Test(arguments: NearMissNetworks.Scale.allCases)
  func unitsJustStableAreBroken(scale: NearMissNetworks.Scale) throws {
    let tally = try attackNearMisses(scale, .stable, seeds: 100..<105)
    #expect(tally.brokenCount * 10 > tally.unitCount)
    #expect(tally.usedShare <= 1)
  }

  // MARK: Fixtures

  private static func fixture(_ name: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/fixtures/\(name)"
  }

  /// One of the networks on which floating point goes wrong, as a float32 network; nil if it has
  /// numbers that float32 has not.
  private func analyzeAdversarial(_ name: String) throws -> StabilityResult? {
    let path = "models/adversarial/\(name)"
    let stored = try ModelReader.read(path: Self.fixture("\(path).onnx")).network
    guard let network = try? Network(layers: stored.layers, scalarType: .float32) else {
      return nil
    }
    let domain = try DomainReader.read(
      path: Self.fixture("\(path).vnnlib"), inputCount: network.inputCount
    ).domain
    var analysis = try StabilityAnalysis(
      network: network, domain: domain,
      options: AnalysisOptions(sampleCount: 64, nodeLimit: 200),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    return analysis.run()
  }

  private func attack(
    _ result: StabilityResult, _ verdicts: [Verdict], starts: Int, moves: Int
  ) throws -> Tally {
    var tally = Tally()
    let count = result.proved.network.network.layers.count
    guard
      var adversary = FloatAdversary(proved: result.proved, plainLayerCount: count, seed: 1)
    else { return tally }
    for verdict in verdicts {
      tally.add(adversary.attack(verdict.unit, verdict.stability, starts: starts, moves: moves))
    }
    return tally
  }

  /// The networks on which floating point goes wrong.
  static let adversarial = [
    "absorbed_s1", "absorbed_s2", "cancellation_s1", "cancellation_s2", "denormal_s1",
    "f32_overflow_s1", "f32_sign_s1", "f32_sign_s2", "f32_sign_s3", "face_only_s1",
    "face_only_s2", "ibp_roundoff_s1", "ibp_roundoff_s2", "mirror_trap_s1", "small_coeff_s1",
    "small_int_s2", "small_int_s4", "small_int_s6", "tiny_margin_s1", "tiny_margin_s4",
    "touch_zero_s1", "touch_zero_s2", "underflow_s1", "vertex_touch_s1", "zero_weights_s1",
  ]

  @Test func adversarialNetworksBreakNoPromise() throws {
    var (safe, others, networkCount) = (Tally(), Tally(), 0)
    for name in Self.adversarial {
      guard let result = try analyzeAdversarial(name) else { continue }
      networkCount += 1
      let stable = result.verdicts.filter {
        $0.stability == .stablyInactive || $0.stability == .stablyActive
      }
      let found = [
        try attack(result, stable.filter(\.floatSafe), starts: 6, moves: 60),
        try attack(result, stable.filter { !$0.floatSafe }, starts: 6, moves: 60),
      ]
      if found[1].brokenCount > 0 { print("\(name), stable only: \(found[1])") }
      #expect(found[0].brokenCount == 0, "\(name)")
      safe.merge(found[0])
      others.merge(found[1])
    }
    print("adversarial, \(networkCount) networks, float-safe: \(safe)")
    print("adversarial, stable only: \(others)")
    #expect(safe.unitCount > 5)
    #expect(others.brokenCount > 0)
  }

  /// The greatest exact value of the first unit of the first is -7/2^26, yet float32 sums come
  /// out positive.
  @Test func signsThatFloatGetsWrongAreNotPromised() throws {
    for name in ["f32_sign_s1", "f32_sign_s2", "f32_sign_s3"] {
      let result = try #require(try analyzeAdversarial(name))
      #expect(result.verdicts.allSatisfy { !$0.floatSafe }, "\(name)")
    }
    let result = try #require(try analyzeAdversarial("f32_sign_s1"))
    let inactive = result.verdicts.filter { $0.stability == .stablyInactive }
    let tally = try attack(result, inactive, starts: 30, moves: 100)
    #expect(inactive.count == 1 && tally.brokenCount == 1, "\(tally)")
  }

  /// The units of trained networks with the least room for rounding.
  @Test(arguments: [
    ("trained/digits_16-16_l1-0.001_s11", 0.0, 1.0), ("trained/moons_16-16_l1-0_s11", -1, 1),
    ("trained/mnist_25-25_l1-0.0004_s11", 0, 1),
    ("thirdparty/ACASXU_run2a_1_1_batch_2000", 0.25, 0.5),
  ])
  func trainedNetworksBreakNoPromise(name: String, lower: Double, upper: Double) throws {
    let model = try ModelReader.read(path: Self.fixture("models/\(name).onnx"))
    let box = Box(lower: lower, upper: upper, count: model.network.inputCount)
    let proved = try CertificateChecker.replay(
      [], network: ExactNetwork(model.network), domain: try InputDomain(box: box))
    let bound = FloatEvaluationBound(proved, plainLayerCount: model.plainLayerCount)
    func room(_ verdict: (unit: UnitID, stability: Stability)) -> Double {
      let interval = proved[verdict.unit]
      let margin = min(interval.upper.magnitude, interval.lower.magnitude).approximation
      return margin / (bound.error(of: verdict.unit)?.approximation ?? .infinity)
    }
    let safe = model.network.reluUnits.flatMap { unit in
      [Stability.stablyInactive, .stablyActive].map { (unit: unit, stability: $0) }
    }.filter { bound.isFloatSafe($0.unit, $0.stability) }.sorted { room($0) < room($1) }
    var tally = Tally()
    var adversary = try #require(
      FloatAdversary(proved: proved, plainLayerCount: model.plainLayerCount, seed: 1))
    for (unit, stability) in safe.prefix(6) {
      tally.add(adversary.attack(unit, stability, starts: 3, moves: 20))
    }
    print("\(name), \(safe.count) float-safe by interval bounds: \(tally)")
    #expect(tally.unitCount > 0 && tally.brokenCount == 0)
    #expect(tally.usedShare > 0 && tally.usedShare <= 1)
  }
}
