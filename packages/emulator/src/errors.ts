/** Every error Bedrock Runtime answers with, and its HTTP status. */
export const STATUS = {
  ValidationException: 400,
  ServiceQuotaExceededException: 400,
  SerializationException: 400,
  ConflictException: 400,
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ModelTimeoutException: 408,
  RequestEntityTooLargeException: 413,
  ModelErrorException: 424,
  ModelStreamErrorException: 424,
  ModelNotReadyException: 429,
  ThrottlingException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
} as const satisfies Record<string, number>

export type ErrorName = keyof typeof STATUS

/** A refusal in Bedrock's words. `status` follows from the name. */
export class BedrockError extends Error {
  override readonly name: ErrorName

  constructor(name: ErrorName, message: string) {
    super(message)
    this.name = name
  }

  get status(): number {
    return STATUS[this.name]
  }
}
