internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork

/// A model with a certificate about it that this process has checked itself.
struct CertifiedModel {
  let certificate: Certificate
  let model: ImportedModel
  let plan: RemovalPlan

  /// Reads both files, checks the verdicts, and plans what they allow to remove.
  ///
  /// - Parameter modelPath: The model; nil for the file that the certificate names, beside it.
  /// - Throws: `ModelError`, or `CheckFailure` if the certificate does not hold.
  init(certificatePath: String, modelPath: String?, options: RemovalOptions) throws {
    let certificate = try Certificate(reading: try InputFile.read(path: certificatePath))
    let path = modelPath ?? Self.companion(of: certificatePath, named: certificate)
    let model = try ModelReader.read(path: path)
    // Only the verdicts matter here; a pruning that is already recorded is planned anew.
    var verdictsOnly = certificate
    verdictsOnly.pruning = nil
    let (proved, _) = try CertificateChecker.check(
      verdictsOnly,
      model: CheckedModel(
        files: model.files, network: model.network, plainLayerCount: model.plainLayerCount))
    let elementwise = model.layerOrigins.indices.filter { model.layerOrigins[$0].isElementwise }
    var options = options
    options.elementwiseLayers = Set(elementwise)
    options.plainLayerCount = model.plainLayerCount
    plan = try RemovalPlanner(proved: proved, options: options).plan()
    self.model = model
    self.certificate = verdictsOnly
  }

  private static func companion(of path: String, named certificate: Certificate) -> String {
    let name = certificate.model.files.first?.name ?? ""
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return folder + name
  }
}
