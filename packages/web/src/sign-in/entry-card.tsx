import type { FormEvent, ReactNode } from 'react'
import { useNewsInTitle, useTitle } from '../shell/use-title.ts'
import { signInText } from '../text/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'

interface CardProps {
  readonly title: string
  readonly note?: string
  readonly children: ReactNode
}

/** What stands before the app: one card on an empty page. */
export function Card({ title, note, children }: CardProps) {
  useTitle(title)
  useNewsInTitle(0)
  return (
    <main className="grid min-h-dvh place-items-center overflow-y-auto bg-bed p-4">
      <div className="w-full max-w-sm animate-appear space-y-4 rounded-2xl border border-line bg-raised p-6 shadow-low">
        <Logo className="size-9 text-accent" />
        <div>
          <h1 className="text-lg font-semibold">{title}</h1>
          {note && <p className="mt-1 text-sm text-pretty text-soft">{note}</p>}
        </div>
        {children}
      </div>
    </main>
  )
}

export function Form({ onSubmit, children }: { readonly onSubmit: () => unknown; readonly children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void onSubmit()
  }
  return (
    <form onSubmit={submit} className="space-y-4">
      {children}
    </form>
  )
}

export function Submit({ isBusy, children }: { readonly isBusy: boolean; readonly children: ReactNode }) {
  return (
    <Button type="submit" look="primary" disabled={isBusy} className="min-h-10 w-full">
      {isBusy ? signInText.wait : children}
    </Button>
  )
}

export function ToSignIn() {
  return (
    <a href="/sign-in" className="text-sm font-medium text-accent hover:underline">
      {signInText.welcome.toSignIn}
    </a>
  )
}

/** The way to the identity provider, by its name. */
export function ToProvider({ name }: { readonly name: string }) {
  return (
    <a
      href="/v1/auth/oidc"
      className="flex min-h-10 w-full items-center justify-center rounded-md border border-line bg-raised px-3 text-sm font-medium shadow-low hover:bg-hover"
    >
      {signInText.signIn.provider(name)}
    </a>
  )
}
