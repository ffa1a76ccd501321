import { parseModelId } from '../model-id.ts'

/**
 * The least IAM policy, as JSON text, with which these models can be used from a region: streaming, asking whole as the
 * fallback, and reading the lists. A call through an inference profile needs the profile and the model behind it
 * wherever the profile may lead. `guardrail` is the id or ARN of the one that is asked, where there is one.
 */
export function leastPolicy(models: readonly string[], region: string, guardrail?: string): string {
  const partition = region.startsWith('us-gov-') ? 'aws-us-gov' : region.startsWith('cn-') ? 'aws-cn' : 'aws'
  const resources = new Set(models.flatMap((model) => resourcesOf(model, region, partition)))
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Models',
        Effect: 'Allow',
        Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:CountTokens'],
        Resource: [...resources],
      },
      {
        Sid: 'Lists',
        Effect: 'Allow',
        Action: ['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles'],
        Resource: '*',
      },
      ...(guardrail === undefined
        ? []
        : [
            {
              Sid: 'Guardrail',
              Effect: 'Allow',
              Action: ['bedrock:ApplyGuardrail'],
              Resource: guardrail.startsWith('arn:')
                ? guardrail
                : `arn:${partition}:bedrock:${region}:*:guardrail/${guardrail}`,
            },
          ]),
    ],
  }
  return JSON.stringify(policy, null, 2)
}

function resourcesOf(model: string, region: string, partition: string): string[] {
  const { base, profile } = parseModelId(model)
  if (base === undefined) return [model] // an ARN whose model only its owner knows
  const isArn = model.startsWith('arn:')
  if (profile === undefined) return [isArn ? model : `arn:${partition}:bedrock:${region}::foundation-model/${base}`]
  const profileArn = isArn ? model : `arn:${partition}:bedrock:${region}:*:inference-profile/${profile}.${base}`
  const destinations = DESTINATIONS[profile] ?? ['*']
  const models = destinations.map((there) => `arn:${partition}:bedrock:${there}::foundation-model/${base}`)
  // A global profile may lead anywhere; its requests name no region at all.
  return [
    profileArn,
    ...models,
    ...(profile === 'global' ? [`arn:${partition}:bedrock:::foundation-model/${base}`] : []),
  ]
}

/** Where a geography's profiles may lead; a pattern, because AWS adds regions to them. */
const DESTINATIONS: Readonly<Record<string, readonly string[]>> = {
  us: ['us-*', 'ca-*'],
  'us-gov': ['us-gov-*'],
  eu: ['eu-*'],
  jp: ['ap-northeast-*'],
  au: ['ap-southeast-*'],
  apac: ['ap-*'],
  ca: ['ca-*'],
  sa: ['sa-*'],
  global: ['*'],
}
