internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork

/// A model with a certificate about it that holds.
struct CertifiedModel {
  /// The certificate, without any pruning.
  let certificate: Certificate
  let model: ImportedModel
  let proved: ProofState

  /// Reads both files and checks the verdicts.
  ///
  /// - Parameter modelPath: The model; nil for the file that the certificate names, beside it.
  /// - Throws: `ModelError`, or `CheckFailure` if the certificate does not hold.
  init(certificatePath: String, modelPath: String?) throws {
    let certificate = try Certificate(reading: try InputFile.read(path: certificatePath))
    let path = modelPath ?? Self.companion(of: certificatePath, named: certificate)
    model = try ModelReader.read(path: path)
    // Only the verdicts matter here; a pruning that is already recorded is planned anew.
    var verdictsOnly = certificate
    verdictsOnly.pruning = nil
    (proved, _) = try CertificateChecker.check(verdictsOnly, model: model.checked)
    self.certificate = verdictsOnly
  }

  /// A model with what a search of this process found about it.
  init(_ model: ImportedModel, _ result: StabilityResult) {
    self.model = model
    certificate = result.certificate(files: model.files, producer: StabilityRun.producer)
    proved = result.proved
  }

  /// What the verdicts allow to remove.
  func plan(_ arguments: RemovalArguments) throws -> RemovalPlan {
    var options = try arguments.options
    options.elementwiseLayers = Set(
      model.layerOrigins.indices.filter { model.layerOrigins[$0].isElementwise })
    options.plainLayerCount = model.plainLayerCount
    return try RemovalPlanner(proved: proved, options: options).plan()
  }

  private static func companion(of path: String, named certificate: Certificate) -> String {
    let name = certificate.model.files.first?.name ?? ""
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return folder + name
  }
}

extension ImportedModel {
  /// The model as the checker sees it.
  var checked: CheckedModel {
    CheckedModel(
      files: files, network: network, outputMaps: outputMaps, plainLayerCount: plainLayerCount)
  }
}
