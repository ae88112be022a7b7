internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// Writes what a plan leaves of a model, with its certificate.
struct PruneRun {
  let certified: CertifiedModel
  let plan: RemovalPlan
  let output: String
  let certificateOutput: String
  let guardOutput: String?

  /// Writes all files and says what was written.
  func write(seed: UInt64) throws -> PruneReport {
    let bytes = try ModelWriter.onnx(
      plan.network, origins: plan.working.layers.map { $0.isFolded ? nil : $0.index },
      replacing: certified.model, metadata: metadata)
    let written = try ModelReader.read(bytes, path: output)
    let file = FileDigest(name: InputFile.name(of: output), sha256: SHA256.hexDigest(of: bytes))
    let isPlain =
      certified.model.plainLayerCount == certified.model.network.layers.count
      && written.plainLayerCount == written.network.layers.count
    let pruning = plan.pruning(file: file, isPlain: isPlain)
    var extended = certified.certificate
    extended.pruning = pruning
    var files = [
      (bytes, output),
      (CertificateFile.bytes(of: extended, for: certificateOutput), certificateOutput),
    ]
    if let guardOutput {
      files.append((try DomainGuard.onnx(extended.domain, for: certified.model), guardOutput))
    }
    try OutputFile.write(files)
    let seen = try SeenDifference(
      between: certified.model.network, and: plan.network, domain: extended.domain,
      member: extended.member.map { extended.points[$0] }, seed: seed)
    return PruneReport(
      plan: PlanReport(plan, domain: extended.domain), pruning: pruning, seen: seen,
      model: output, certificate: certificateOutput, guardModel: guardOutput)
  }

  /// What the written file says about itself, under keys that begin with `espalier.`.
  private var metadata: [(key: String, value: String)] {
    let verdicts = certified.certificate.verdicts
    let counts = Stability.allCases.map { kind in
      JSONMember(
        key: kind.rawValue, value: .integer(verdicts.count { $0.stability == kind }))
    }
    let kept = plan.working.kept.map { layer in
      JSONMember(
        key: String(layer.layer), value: .array(layer.units.map(JSONValue.integer)))
    }
    let digest = SHA256.hexDigest(of: certified.certificate.encoded)
    return [
      ("espalier.version", EspalierCommand.version),
      ("espalier.domain", certified.certificate.domain.summary),
      ("espalier.original.sha256", certified.model.files[0].sha256),
      ("espalier.verdicts.sha256", digest),
      ("espalier.stability", JSONWriter.line(.object(counts))),
      ("espalier.before", JSONWriter.line(PlanReport.sizeJSON(plan.before))),
      ("espalier.after", JSONWriter.line(PlanReport.sizeJSON(plan.after))),
      ("espalier.tier", plan.tier.rawValue),
      ("espalier.units", JSONWriter.line(.object(kept))),
    ]
  }
}
