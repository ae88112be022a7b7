internal import ModelIO
internal import NeuralNetwork

extension DomainOptions {
  /// Reads a model and the domain that the options name for it; says what the user should know.
  ///
  /// - Throws: `UsageError`, `ModelError` or `DomainError`.
  func read(
    _ path: String, _ verbosity: VerbosityOptions
  ) throws -> (model: ImportedModel, domain: InputDomain) {
    let model = try ModelReader.read(path: path)
    model.summary.notes.forEach { verbosity.note("note: \($0)") }
    let (domain, notes) = try resolve(for: model)
    notes.forEach { verbosity.note("note: \($0)") }
    return (model, domain)
  }
}
