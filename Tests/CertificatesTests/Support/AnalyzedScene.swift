import Certificates
import Espalier
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

/// A scene with the certificate that an analysis makes of it, and the model that it prunes to.
struct AnalyzedScene {
  let scene: Scene
  /// The certificate, with a pruning if anything can be removed.
  let certificate: Certificate
  /// The files that the certificate is given with.
  let subject: Subject

  /// Analyzes a scene without a solver that rounds.
  init(_ scene: Scene) throws {
    var options = AnalysisOptions(engines: [.samples, .bounds, .tree], sampleCount: 24)
    options.nodeLimit = 30
    var analysis = try StabilityAnalysis(
      network: scene.network, domain: scene.domain, options: options,
      decider: UnitSearch(lpEngine: ReferenceLPSolver(), milpSolver: ReferenceSolver()))
    let result = analysis.run()
    var certificate = result.certificate(
      files: scene.subject.model.checked.files, producer: "attack")
    let planner = RemovalPlanner(proved: result.proved)
    let plan = try planner.plan()
    if plan.items.isEmpty {
      subject = scene.subject
    } else {
      let small = try ModelBytes(writing: plan.network, name: "small.onnx")
      subject = Subject(scene.subject.model, result: small)
      certificate.pruning = plan.pruning(file: small.checked.files[0], isPlain: true)
    }
    self.scene = scene
    self.certificate = certificate
  }

  /// A random scene, analyzed; one whose domain has no point that a double can name is left out.
  ///
  /// - Parameter isSpare: Whether much of the network can be removed.
  init(_ random: inout RandomNetworks, hidden: ClosedRange<Int>, isSpare: Bool = false) throws {
    var found: AnalyzedScene?
    while found == nil {
      let inputCount = Int.random(in: 1...2, using: &random.generator)
      let scene = try Scene(&random, inputCount: inputCount, hidden: hidden, isSpare: isSpare)
      do {
        found = try AnalyzedScene(scene)
      } catch AnalysisError.noMemberFound {
        continue
      }
    }
    self = try #require(found)
  }

  /// The certificate with its steps and claims, but without a pruning and without points that
  /// another domain need not have.
  func withoutPoints(on domain: InputDomain, member: [Dyadic]) -> Certificate {
    var copy = certificate
    copy.domain = domain
    copy.points = [member]
    copy.member = domain.isBox ? nil : 0
    copy.pruning = nil
    copy.verdicts = certificate.verdicts.map { verdict in
      switch verdict.stability {
      case .stablyActive, .stablyInactive: verdict
      case .unstable, .undecided: Scene.undecided(verdict.unit, verdict.bounds)
      }
    }
    return copy
  }
}
